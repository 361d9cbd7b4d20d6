/**
 * Addresses a listener may follow to check a fact. Only these hosts, only https, and ids only
 * when they have the form of an id: what services say is not to be trusted. Pure.
 */

const MBID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HOSTS: Readonly<Record<string, string>> = {
  'musicbrainz.org': 'MusicBrainz',
  'www.last.fm': 'Last.fm',
  'last.fm': 'Last.fm',
  'listenbrainz.org': 'ListenBrainz',
};

export interface Link {
  href: string;
  /** Whose page it is. */
  where: string;
}

/** MusicBrainz's page about a recording or an artist; null without a well-formed id. */
export function musicBrainz(what: 'recording' | 'artist', mbid: string | null): Link | null {
  if (mbid === null || !MBID.test(mbid)) return null;
  return { href: `https://musicbrainz.org/${what}/${mbid}`, where: 'MusicBrainz' };
}

/** `url` as a link if it leads to a service we ask; null for everything else. */
export function known(url: string | null): Link | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, hostname, port, username, password, href } = new URL(url);
  const where = HOSTS[hostname];
  const plain = protocol === 'https:' && !port && !username && !password;
  return plain && where ? { href, where } : null;
}
