/** A playlist as pictures: numbers for the drawings, and the same in words. Pure. */

import type { Category, Energy, PlaylistTrack } from '../api/types';
import { capital, count, list } from './text';

// --- energy along the running order ----------------------------------------------------------

export interface EnergyCurve {
  /** Stretches of neighbouring tracks whose energy is known, as SVG paths in 0-1 × 0-1. */
  lines: string[];
  points: Array<{ x: number; y: number; position: number; source: Energy['source'] }>;
  words: string;
}

/** The curve through `energies`, in playing order; unknown ones leave a gap. */
export function energyCurve(energies: readonly (Energy | null)[]): EnergyCurve {
  const step = 1 / Math.max(1, energies.length - 1);
  const points = energies.flatMap((energy, at) =>
    energy ? [{ x: at * step, y: 1 - energy.value, position: at + 1, source: energy.source }] : [],
  );
  const stretches: Array<typeof points> = [];
  for (const point of points) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.position === point.position - 1) last.push(point);
    else stretches.push([point]);
  }
  const lines = stretches.filter((stretch) => stretch.length > 1).map(smooth);
  return { lines, points, words: energyWords(energies, points) };
}

/** A path through the points that does not overshoot them: flat tangents half-way between. */
function smooth(points: ReadonlyArray<{ x: number; y: number }>): string {
  const at = (n: number) => n.toFixed(4);
  return points
    .map((to, index) => {
      const from = points[index - 1];
      if (!from) return `M${at(to.x)} ${at(to.y)}`;
      const half = at((from.x + to.x) / 2);
      return `C${half} ${at(from.y)} ${half} ${at(to.y)} ${at(to.x)} ${at(to.y)}`;
    })
    .join('');
}

function energyWords(energies: readonly (Energy | null)[], points: EnergyCurve['points']): string {
  const unknown = energies.length - points.length;
  if (!points.length) return 'The energy of these tracks is unknown.';
  const first = points[0];
  const last = points.at(-1);
  const peak = points.reduce((best, point) => (point.y < best.y ? point : best));
  const value = (point: { y: number } | undefined) => (1 - (point?.y ?? 1)).toFixed(2);
  const guessed = points.filter((point) => point.source === 'tags').length;
  return [
    `Begins at ${value(first)}, peaks at ${value(peak)} with track ${peak.position}, ends at ${value(last)} of 1.`,
    guessed ? `${capital(count(guessed, 'track'))} estimated from tags.` : '',
    unknown ? `${capital(count(unknown, 'track'))} unknown.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

// --- popularity mix ----------------------------------------------------------------------------

export interface Share {
  name: Category | 'unknown';
  label: string;
  count: number;
}

const TIERS: ReadonlyArray<[Share['name'], string, string]> = [
  ['popular', 'well known', 'well known'],
  ['deep-cut', 'deep cut', 'deep cuts'],
  ['hidden-gem', 'hidden gem', 'hidden gems'],
  ['unknown', 'unknown', 'unknown'],
];

/** How many tracks of each tier; your own song is none of them. Tiers without a track are left out. */
export function popularityMix(tracks: readonly PlaylistTrack[]): {
  shares: Share[];
  words: string;
} {
  const counted = tracks.filter((track) => !track.isSeed);
  const shares = TIERS.map(([name, one, several]) => {
    const number = counted.filter((track) => (track.category ?? 'unknown') === name).length;
    return { name, label: number === 1 ? one : several, count: number };
  }).filter((share) => share.count > 0);
  return { shares, words: `${list(shares.map((each) => `${each.count} ${each.label}`))}.` };
}

// --- release years -----------------------------------------------------------------------------

export interface Years {
  /** From the first to the last bin, empty ones included. */
  bins: Array<{ from: number; to: number; label: string; count: number }>;
  unknown: number;
  words: string;
}

const WIDTHS = [1, 5, 10, 20, 50];
const MOST_BINS = 10;

/** Tracks by year of release, in bins of the finest width that gives at most ten. */
export function releaseYears(tracks: readonly PlaylistTrack[]): Years {
  const years = tracks.flatMap((track) => (track.year === null ? [] : [track.year])).sort();
  const unknown = tracks.length - years.length;
  const first = years[0];
  const last = years.at(-1);
  const silent = unknown ? ` Year unknown for ${count(unknown, 'track')}.` : '';
  if (first === undefined || last === undefined) {
    return { bins: [], unknown, words: silent.trim() };
  }
  const bin = (width: number, year: number) => Math.floor(year / width);
  const width =
    WIDTHS.find((each) => bin(each, last) - bin(each, first) < MOST_BINS) ?? WIDTHS.at(-1) ?? 50;
  const bins = Array.from({ length: bin(width, last) - bin(width, first) + 1 }, (_, at) => {
    const from = (bin(width, first) + at) * width;
    const inside = years.filter((year) => bin(width, year) * width === from).length;
    return { from, to: from + width - 1, label: binLabel(from, width), count: inside };
  });
  const full = bins.reduce((best, each) => (each.count > best.count ? each : best));
  const span = first === last ? `All from ${first}.` : `From ${first} to ${last}`;
  const most = first === last ? '' : `, most of them ${binWords(full)}.`;
  return { bins, unknown, words: span + most + silent };
}

const binLabel = (from: number, width: number): string =>
  width === 1 || width === 5 ? `’${String(from % 100).padStart(2, '0')}` : `${from}s`;

const binWords = ({ from, to }: { from: number; to: number }): string =>
  from === to ? `in ${from}` : `from ${from} to ${to}`;
