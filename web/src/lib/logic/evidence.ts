/** The facts behind a score in words, one short sentence each. Pure. */

import type { Evidence } from '../api/types';
import { count, list } from './text';

const SOURCES: Readonly<Record<string, string>> = {
  lastfm: 'Last.fm',
  musicbrainz: 'MusicBrainz',
  listenbrainz: 'ListenBrainz',
  catalogue: 'the catalogue',
  vectors: 'nearness in sound',
};

/** Sources that lie in this installation: nobody else is asked. */
export const OWN: ReadonlySet<string> = new Set(['catalogue', 'vectors']);

/** A source's name as people write it. */
export const sourceName = (source: string): string => SOURCES[source] ?? source;

const quoted = (names: readonly string[]): string => list(names.map((name) => `“${name}”`));
const percent = (value: number | null): string => `${Math.round(100 * (value ?? 0))} %`;
const percentiles = (fact: Evidence): string =>
  count(Math.round(100 * (fact.value ?? 0)), 'percentile');
const ranked = (fact: Evidence): string => (fact.rank ? ` (place ${fact.rank})` : '');

const WORDS: Readonly<Record<string, (fact: Evidence, seed: string) => string>> = {
  together_in_playlists: (fact, seed) =>
    `In ${count(Math.round(fact.value ?? 0), 'playlist')} with “${seed}”` +
    (fact.names.length ? `: ${quoted(fact.names)}` : ''),
  playlist_closeness: (fact) =>
    `Closeness in playlists ${(fact.value ?? 0).toFixed(2)} of 1${ranked(fact)}`,
  companion_of_companions: (fact) =>
    `In playlists with songs that share playlists with yours${ranked(fact)}`,
  never_together: (_fact, seed) => `Never in one playlist with “${seed}”`,
  listened_together: (fact, seed) => `Played in one sitting with “${seed}”${ranked(fact)}`,
  similar_track: (fact, seed) => `${percent(fact.value)} similar to “${seed}”${ranked(fact)}`,
  sounds_alike: (fact) =>
    `${percentiles(fact)} apart on average in ten measures of sound` +
    (fact.names.length ? `; both ${list(fact.names)}` : ''),
  artists_sound_alike: (fact) =>
    `How the two artists usually sound: ${percentiles(fact)} apart on average`,
  vector_neighbour: (fact) => `Among the nearest neighbours in sound${ranked(fact)}`,
  same_artist: () => 'The same artist',
  similar_artist: (fact) => `Closeness of the two artists ${(fact.value ?? 0).toFixed(2)} of 1`,
  not_among_similar_artists: (fact) =>
    `${quoted(fact.names)} is not among the artists known to be close`,
  by_the_same_artist: (fact) => `Among the artist’s songs${ranked(fact)}`,
  by_a_close_artist: (fact) => `Among the songs of a close artist${ranked(fact)}`,
  artist_radio: (fact) => `On the artist’s radio${ranked(fact)}`,
  shared_tags: (fact) => `Tags in common: ${list(fact.names)}`,
  no_shared_tags: () => 'No tag in common',
  found_by_tag: (fact) => `Among the songs tagged ${quoted(fact.names)}${ranked(fact)}`,
  tag_radio: (fact) => `On the radio of ${quoted(fact.names)}${ranked(fact)}`,
  years_apart: (fact) => {
    const apart = Math.round(fact.value ?? 0);
    const year = fact.names[0] ?? '';
    if (apart === 0) return `Released in the same year, ${year}`;
    return `Released in ${year}, ${count(Math.abs(apart), 'year')} ${apart > 0 ? 'later' : 'earlier'}`;
  },
  fame: (fact) =>
    `Fame ${(fact.value ?? 0).toFixed(2)}, where 0 is known to nobody and 1 to everybody`,
};

/** The fact as a sentence; a kind nobody has told us about is shown as it came. */
export function sentence(fact: Evidence, seeds: readonly string[]): string {
  const words = WORDS[fact.fact];
  if (words) return words(fact, seeds[fact.seed] ?? 'your song');
  const names = fact.names.length ? `: ${quoted(fact.names)}` : '';
  return `${fact.fact.replaceAll('_', ' ')}${names}${fact.value === null ? '' : ` (${fact.value})`}`;
}
