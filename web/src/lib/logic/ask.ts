/** What a listener sets in the form, and the request it becomes. Pure. */

export const SMALLEST = 15;
export const LARGEST = 100;
export const SHORTEST_MIN = 30;
export const LONGEST_MIN = 480;
export const MOST_SEEDS = 5;
const TRACKS_PER_CREDIT = 25;
const TYPICAL_TRACK_S = 215;

export const MOODS = [
  ['upbeat', 'Upbeat'],
  ['energetic', 'Energetic'],
  ['chill', 'Chill'],
  ['melancholy', 'Melancholy'],
] as const;

export const LEANINGS = [
  ['balanced', 'A mix'],
  ['popular', 'Well known'],
  ['deep-cuts', 'Deep cuts'],
  ['hidden-gems', 'Hidden gems'],
] as const;

export type Mood = (typeof MOODS)[number][0];
export type Leaning = (typeof LEANINGS)[number][0];

/** Everything PlaylistConfig sets. Numbers are null while their field is empty. */
export interface Wishes {
  unit: 'tracks' | 'minutes';
  tracks: number;
  minutes: number;
  mood: Mood | null;
  popularity: Leaning;
  firstYear: number | null;
  lastYear: number | null;
  maxPerArtist: number | null;
  artistGap: number | null;
  /** One artist a line. */
  blocked: string;
  includeSeed: boolean;
  surprise: boolean;
}

export const wishes = (): Wishes => ({
  unit: 'tracks',
  tracks: 20,
  minutes: 60,
  mood: null,
  popularity: 'balanced',
  firstYear: null,
  lastYear: null,
  maxPerArtist: 2,
  artistGap: 3,
  blocked: '',
  includeSeed: false,
  surprise: false,
});

export interface Seed {
  query: string;
  weight: number;
}

/** The body of POST /api/generate; `draw` is the number that makes a surprise repeatable. */
export function body(seeds: readonly Seed[], wish: Wishes, draw: number): Record<string, unknown> {
  const named = seeds.filter((seed) => seed.query.trim());
  const only = named.length === 1 ? named[0] : undefined;
  const era = eraOf(wish);
  return {
    ...(only ? { query: only.query } : { seeds: named }),
    ...(wish.unit === 'tracks' ? { playlistSize: wish.tracks } : { minutes: wish.minutes }),
    preferences: {
      popularityBias: wish.popularity,
      ...(wish.mood ? { moodBias: wish.mood } : {}),
      ...(era ? { eraRange: era } : {}),
      ...(wish.maxPerArtist === null ? {} : { maxPerArtist: wish.maxPerArtist }),
      ...(wish.artistGap === null ? {} : { artistGap: wish.artistGap }),
      blockedArtists: names(wish.blocked),
    },
    includeSeed: wish.includeSeed,
    ...(wish.surprise ? { randomSeed: draw } : {}),
  };
}

/** Years asked for; one alone is open on its other side. */
function eraOf({ firstYear, lastYear }: Wishes): [number, number] | null {
  if (firstYear === null && lastYear === null) return null;
  return [firstYear ?? 1860, lastYear ?? 2100];
}

const names = (lines: string): string[] =>
  lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Credits the playlist costs: one for every 25 tracks begun (domain/credits.py). */
export function cost(wish: Wishes): number {
  const tracks =
    wish.unit === 'tracks'
      ? wish.tracks
      : Math.max(1, Math.min(LARGEST, Math.round((wish.minutes * 60) / TYPICAL_TRACK_S)));
  return Math.ceil(tracks / TRACKS_PER_CREDIT);
}

/** What was wished beyond the size, in a few words; empty for nothing. */
export function summary(wish: Wishes): string {
  const label = <T>(pairs: ReadonlyArray<readonly [T, string]>, value: T | null) =>
    pairs.find(([name]) => name === value)?.[1].toLowerCase() ?? '';
  const era = eraOf(wish);
  const blocked = names(wish.blocked).length;
  return [
    wish.popularity === 'balanced' ? '' : label(LEANINGS, wish.popularity),
    label(MOODS, wish.mood),
    era
      ? wish.lastYear === null
        ? `since ${era[0]}`
        : wish.firstYear === null
          ? `until ${era[1]}`
          : `${era[0]}–${era[1]}`
      : '',
    blocked ? `without ${blocked === 1 ? names(wish.blocked)[0] : `${blocked} artists`}` : '',
    wish.includeSeed ? 'your song first' : '',
    wish.surprise ? 'a surprise' : '',
  ]
    .filter(Boolean)
    .join(', ');
}
