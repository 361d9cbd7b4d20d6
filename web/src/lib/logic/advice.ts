/** What went wrong in a listener's words, and what to do about it. Pure. */

import type { Trouble } from '../api/http';
import { capital, count } from './text';

export interface Advice {
  title: string;
  /** What the service said, as a sentence. */
  detail: string;
  todo: string;
  /** Whether trying the same again may help. */
  again: boolean;
}

/** Advice about `trouble`; `offline` when the browser itself says it has no network. */
export function advise(trouble: Trouble, offline: boolean): Advice {
  const detail = asSentence(trouble.message);
  if (trouble.kind === 'NothingFound') {
    return {
      title: 'Not a song we know',
      detail,
      todo: 'Check the spelling, and write it like “Song by Artist”.',
      again: false,
    };
  }
  const wait = trouble.retryAfterS ? ` in ${count(trouble.retryAfterS, 'second')}` : '';
  switch (trouble.status) {
    case 0:
      return {
        title: offline ? 'You are offline' : 'No answer',
        detail,
        todo: offline
          ? 'Nothing is lost. Try again once you are connected.'
          : 'Check that GroveMusic is running and that you are connected, then try again.',
        again: true,
      };
    case 401:
    case 403:
      return { title: 'Not signed in', detail, todo: 'Sign in, then try again.', again: true };
    case 402:
      return {
        title: 'Not enough credits',
        detail,
        todo: 'Make the playlist shorter, or see what the plans offer.',
        again: false,
      };
    case 404:
      return {
        title: 'Not here',
        detail,
        todo: 'Check the address. What was made on another installation is not known to this one.',
        again: false,
      };
    case 409:
      return { title: 'That did not work', detail, todo: '', again: false };
    case 400:
    case 413:
    case 415:
    case 422:
      return {
        title: 'Please change something',
        detail,
        todo: 'Correct what is named above and try again.',
        again: false,
      };
    case 429:
      return { title: 'A little slower', detail, todo: `Try again${wait}.`, again: true };
    case 502:
    case 503:
    case 504:
      return {
        title: 'A service is busy',
        detail,
        todo: `Nothing was charged. Try again${wait}.`,
        again: true,
      };
    default:
      return {
        title: 'Something went wrong',
        detail,
        todo: 'Nothing was charged. Try again; if it happens again, tell whoever runs this service.',
        again: true,
      };
  }
}

/** The sentence about one field of a form, by its name in the API; empty when it is not at fault. */
export function faultOf(trouble: Trouble | null, ...fields: string[]): string {
  const found = trouble?.fields.find(({ field }) => fields.includes(field));
  return found ? asSentence(found.problem) : '';
}

function asSentence(text: string): string {
  const trimmed = capital(text.trim());
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
