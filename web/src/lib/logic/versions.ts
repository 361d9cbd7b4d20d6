/** A playlist's versions as a tree: each was made from its parent. Pure. */

import type { PlaylistTrack, Version } from '../api/types';

/** True if "undo" leads somewhere from `current`. */
export function canUndo(versions: readonly Version[], current: number): boolean {
  return versions.some((each) => each.version === current && each.parent !== null);
}

/** True if "redo" leads somewhere: some version was made from `current`. */
export function canRedo(versions: readonly Version[], current: number): boolean {
  return versions.some((each) => each.parent === current);
}

/**
 * The undo and redo steps from `current` to `target`; null when no such steps lead there, as to a
 * branch that was left. Undo goes to the parent, redo to the newest version made from this one.
 */
export function stepsTo(
  versions: readonly Version[],
  current: number,
  target: number,
): Array<'undo' | 'redo'> | null {
  const parent = new Map(versions.map((each) => [each.version, each.parent]));
  const back: Array<'undo' | 'redo'> = [];
  for (let at: number | null = current; at !== null; at = parent.get(at) ?? null) {
    const forth = redosTo(versions, at, target);
    if (forth !== null) return [...back, ...Array<'redo'>(forth).fill('redo')];
    back.push('undo');
  }
  return null;
}

function redosTo(versions: readonly Version[], from: number, target: number): number | null {
  let at = from;
  for (let steps = 0; ; steps++) {
    if (at === target) return steps;
    const made = versions.filter((each) => each.parent === at).map((each) => each.version);
    if (!made.length) return null;
    at = Math.max(...made);
  }
}

export interface Difference {
  came: PlaylistTrack[];
  went: PlaylistTrack[];
  /** True if a track that stayed stands elsewhere among those that stayed. */
  moved: boolean;
}

/** What `after` has that `before` had not, and the other way round. */
export function difference(
  before: readonly PlaylistTrack[],
  after: readonly PlaylistTrack[],
): Difference {
  const ids = (tracks: readonly PlaylistTrack[]) => new Set(tracks.map((track) => track.id));
  const [had, has] = [ids(before), ids(after)];
  const stayed = (tracks: readonly PlaylistTrack[], other: Set<string>) =>
    tracks.filter((track) => other.has(track.id)).map((track) => track.id);
  return {
    came: after.filter((track) => !had.has(track.id)),
    went: before.filter((track) => !has.has(track.id)),
    moved: stayed(before, has).join() !== stayed(after, had).join(),
  };
}
