/** What a listener sees of a run: its stages, how far each is, what it found. Pure. */

import type { RunEvent, Stage } from '../api/types';
import { sourceName } from './evidence';
import { list } from './text';

export interface StageAbout {
  stage: Stage;
  title: string;
  /** What happens, said while it happens. */
  doing: string;
}

export const STAGES: readonly StageAbout[] = [
  { stage: 'resolving', title: 'Find your song', doing: 'Asking who knows this song' },
  { stage: 'enriching', title: 'Get to know it', doing: 'Reading its tags, artists and years' },
  { stage: 'generating', title: 'Gather candidates', doing: 'Collecting songs that may fit' },
  { stage: 'scoring', title: 'Compare', doing: 'Comparing each candidate in six ways' },
  { stage: 'curating', title: 'Choose', doing: 'Choosing without repeats, spreading the artists' },
  { stage: 'explaining', title: 'Order and explain', doing: 'Shaping an arc, writing the reasons' },
  { stage: 'storing', title: 'Keep it', doing: 'Putting the playlist away safely' },
];

export interface Step extends StageAbout {
  state: 'waiting' | 'now' | 'done' | 'stopped';
  /** What was found, once it is done. */
  found: string;
}

/**
 * The stages in order. An event names the stage that begins, and tells what the one before found;
 * so each finished stage is shown with the words of the event after it.
 */
export function steps(events: readonly RunEvent[]): Step[] {
  const newest = events.at(-1)?.stage ?? 'pending';
  const reached = place(events);
  const complete = newest === 'complete';
  return STAGES.map((about, at) => {
    const after = STAGES[at + 1]?.stage ?? 'complete';
    const told = events.findLast((event) => event.stage === after);
    const done = complete || at < reached;
    const now = at === reached && !complete;
    const stopped = now && (newest === 'failed' || newest === 'needs_choice');
    return {
      ...about,
      state: done ? 'done' : stopped ? 'stopped' : now ? 'now' : 'waiting',
      found: done && told ? foundWords(told, about) : '',
    };
  });
}

/** The stage the run is in, or was in when it stopped. */
function place(events: readonly RunEvent[]): number {
  const working = events.findLast((event) => STAGES.some((each) => each.stage === event.stage));
  return STAGES.findIndex((each) => each.stage === (working?.stage ?? 'resolving'));
}

function foundWords(event: RunEvent, about: StageAbout): string {
  const found = event.data.found;
  if (about.stage === 'generating' && typeof found === 'object' && found !== null) {
    const sources = Object.entries(found as Record<string, number>)
      .filter(([, number]) => number > 0)
      .map(([name, number]) => `${number.toLocaleString('en')} from ${sourceName(name)}`);
    return sources.length ? `${event.message}: ${list(sources)}` : event.message;
  }
  return about.stage === 'storing' ? 'Done' : event.message;
}

/** Relaxed promises and the like, told by the stage that chose. */
export function notes(events: readonly RunEvent[]): string[] {
  const told = events.findLast((event) => Array.isArray(event.data.notes));
  return (told?.data.notes as string[] | undefined) ?? [];
}

/** One sentence about where the run is, for screen readers and the page's title. */
export function status(events: readonly RunEvent[]): string {
  const newest = events.at(-1);
  if (!newest) return 'Starting';
  if (newest.stage === 'complete') return 'Your playlist is ready';
  if (newest.stage === 'failed') return 'This did not work';
  if (newest.stage === 'needs_choice') return 'Which song did you mean?';
  const at = place(events);
  const about = STAGES[at];
  return `Step ${at + 1} of ${STAGES.length}: ${about?.title ?? ''}. ${newest.message}`;
}

/** The same as a heading. */
export function heading(events: readonly RunEvent[]): string {
  return status(events).split('. ')[0] ?? '';
}

/** How long it took, once that is known. */
export function took(events: readonly RunEvent[]): string {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last || last === first) return '';
  return `${((last.atMs - first.atMs) / 1000).toFixed(1)} s`;
}
