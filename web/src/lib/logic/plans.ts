/** What the plans cost and allow (src/grovemusic/domain/credits.py). Pure data. */

export interface Plan {
  tier: string;
  name: string;
  price: string;
  credits: string;
  limit: string;
  about: string;
}

export const PLANS: readonly Plan[] = [
  {
    tier: 'local',
    name: 'Your own installation',
    price: 'Nothing',
    credits: 'As many as you like',
    limit: 'no limit',
    about: 'GroveMusic on your own computer, with your own catalogue and keys.',
  },
  {
    tier: 'free',
    name: 'Free',
    price: '$0',
    credits: '5 credits a month',
    limit: '2 runs a day',
    about: 'To find out whether it suits you.',
  },
  {
    tier: 'basic',
    name: 'Basic',
    price: '$10 a month',
    credits: '50 credits a month',
    limit: '20 runs a day',
    about: 'For a few new lists every week.',
  },
  {
    tier: 'pro',
    name: 'Pro',
    price: '$25 a month',
    credits: '150 credits a month',
    limit: 'as many runs as you like',
    about: 'For those who make lists for others.',
  },
];
