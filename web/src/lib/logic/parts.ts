/** The six parts of a score, as bars and in words. Pure. */

import type { PartName, PlaylistTrack } from '../api/types';

export interface PartAbout {
  name: PartName;
  /** What people call it; the same words as in the exports. */
  label: string;
  /** The question it answers. */
  question: string;
}

export const PARTS: readonly PartAbout[] = [
  { name: 'tagOverlap', label: 'Tags', question: 'Do listeners use the same words for both?' },
  { name: 'audioFeature', label: 'Sound', question: 'Do the recordings sound alike?' },
  {
    name: 'playlistCooccurrence',
    label: 'Together',
    question: 'Do people play the two together?',
  },
  { name: 'artistSimilarity', label: 'Artist', question: 'Are the artists close?' },
  { name: 'temporalProximity', label: 'Time', question: 'Are they from the same years?' },
  {
    name: 'popularityFit',
    label: 'Fame',
    question: 'Is it as well known as you wished?',
  },
];

export interface Bar extends PartAbout {
  /** 0-1; null for unknown. */
  value: number | null;
}

/** The bars of a track in their fixed order. */
export function bars(track: PlaylistTrack): Bar[] {
  return PARTS.map((part) => ({ ...part, value: track.scores[part.name] }));
}

/** A value as people read it: 0.82, or unknown. */
export function inWords(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(2);
}

/** All bars in one sentence, for those who do not see them. */
export function spoken(track: PlaylistTrack): string {
  const said = bars(track).map((bar) => `${bar.label} ${inWords(bar.value)}`);
  return `Fits ${track.similarityScore} of 10. ${said.join(', ')}.`;
}
