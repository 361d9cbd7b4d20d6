/**
 * A run's events as they happen, whatever happens to the connection.
 *
 * `fetch` and not EventSource: a refusal is told from a cut line, and giving up on streaming is
 * ours to decide. Why: docs/decisions/0061-following-a-run.md.
 */

import { ask, Trouble, wasAborted } from './http';
import * as api from './endpoints';
import type { Playlist, RunEvent, RunState } from './types';

export type Line = 'live' | 'reconnecting' | 'polling';

export interface Listening {
  event(event: RunEvent): void;
  line(line: Line): void;
  signal: AbortSignal;
  /** For tests; milliseconds. */
  pause?: (ms: number) => Promise<void>;
}

const LAST = new Set(['complete', 'failed', 'needs_choice']);
const RETRY_MS = 1_000;
const POLL_MS = 2_000;
/** Streams that broke without bringing a single event before we ask again and again instead. */
const PATIENCE = 3;

/**
 * Tells `listening` every event above `after` once and in order; ends when the run has ended or
 * waits for the listener. The number of the last event seen.
 *
 * Throws a `Trouble` when the service refuses (no such run), the `AbortError` of the signal.
 */
export async function follow(runId: string, after: number, listening: Listening): Promise<number> {
  const pause = listening.pause ?? sleep;
  let seen = after;
  let inVain = 0;
  while (inVain < PATIENCE) {
    const before = seen;
    try {
      for await (const event of events(runId, seen, listening)) {
        if (event.number <= seen) continue;
        seen = event.number;
        listening.event(event);
        if (LAST.has(event.stage)) return seen;
      }
    } catch (error) {
      if (wasAborted(error) || refused(error)) throw error;
    }
    inVain = seen > before ? 0 : inVain + 1;
    listening.line('reconnecting');
    await pause(RETRY_MS);
    listening.signal.throwIfAborted();
  }
  return poll(runId, seen, listening, pause);
}

/** The events of one connection; ends without an error when the line is closed in order. */
async function* events(
  runId: string,
  after: number,
  { signal, line }: Listening,
): AsyncGenerator<RunEvent> {
  const answer = await ask(`/api/generate/${encodeURIComponent(runId)}/stream`, {
    signal,
    headers: { Accept: 'text/event-stream', ...(after ? { 'Last-Event-ID': String(after) } : {}) },
  });
  if (!answer.body) return;
  line('live');
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const read = parse(rest + decoder.decode(value, { stream: true }));
    rest = read.rest;
    yield* read.events;
  }
}

/** Whole events in `text`, and what is left of a half one. Comments and retry lines are skipped. */
export function parse(text: string): { events: RunEvent[]; rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const found: RunEvent[] = [];
  for (const block of blocks) {
    const data = block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart());
    if (data.length) found.push(JSON.parse(data.join('\n')) as RunEvent);
  }
  return { events: found, rest };
}

/** Asks for the run's state until it rests; each new stage becomes an event. */
async function poll(
  runId: string,
  after: number,
  { event, line, signal }: Listening,
  pause: (ms: number) => Promise<void>,
): Promise<number> {
  let seen = after;
  for (;;) {
    line('polling');
    try {
      const state = await api.run(runId, signal);
      const number = 'events' in state ? state.events : seen + 1;
      if (number > seen) {
        seen = number;
        event(eventOf(state, number));
      }
      if (LAST.has(state.status)) return seen;
    } catch (error) {
      if (wasAborted(error) || refused(error)) throw error;
      line('reconnecting');
    }
    await pause(POLL_MS);
    signal.throwIfAborted();
  }
}

function eventOf(state: RunState | Playlist, number: number): RunEvent {
  if (state.status === 'complete') {
    return {
      number,
      atMs: Date.now(),
      stage: 'complete',
      progress: 100,
      message: `Done: ${state.title}`,
      data: { playlistId: state.playlistId, tracks: state.playlist.length },
    };
  }
  const message = state.error ?? '';
  return {
    number,
    atMs: Date.now(),
    stage: state.stage,
    progress: state.progress,
    message,
    data: {},
  };
}

/** True for an answer that another try would not change. */
function refused(error: unknown): boolean {
  return (
    error instanceof Trouble && error.status >= 400 && error.status < 500 && error.status !== 429
  );
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
