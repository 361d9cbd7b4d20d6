/** A few songs to begin with. Pure. */

import type { SearchResult } from '../api/types';

const SHORT = 28;

/** Any of these begins some title; another one each time shows more of what there is. */
const LETTERS = 'abcdefghilmnoprstw';

/** What to search for; `draw` is 0-1. */
export const letter = (draw: number): string => LETTERS.charAt(Math.floor(draw * LETTERS.length));

/**
 * At most so many of `results`, each by another artist and with another first word and, as far as
 * they go, of another genre; plain short titles, since these become buttons.
 */
export function spread(results: readonly SearchResult[], most: number): SearchResult[] {
  const plain = results.filter(({ title }) => title.length <= SHORT && !/[([]/.test(title));
  const chosen: SearchResult[] = [];
  for (const key of ['genre', 'artist'] as const) {
    for (const each of plain) {
      const near = chosen.some(
        (other) =>
          other.artist === each.artist || other[key] === each[key] || first(other) === first(each),
      );
      if (!near && chosen.length < most) chosen.push(each);
    }
  }
  return chosen;
}

const first = ({ title }: SearchResult): string => title.split(' ')[0] ?? '';
