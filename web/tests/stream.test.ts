import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow, parse, type Line } from '../src/lib/api/stream';
import type { RunEvent } from '../src/lib/api/types';

const event = (number: number, stage: string): RunEvent =>
  ({ number, atMs: number, stage, progress: 10 * number, message: stage, data: {} }) as RunEvent;
const frame = (number: number, stage: string) =>
  `id: ${number}\nevent: progress\ndata: ${JSON.stringify(event(number, stage))}\n\n`;

/** Answers to the requests in turn; asked for more, it repeats the last. */
function answering(...answers: Array<() => Response>) {
  const asked: Array<{ path: string; lastEventId: string | null }> = [];
  vi.stubGlobal('fetch', (path: string, { headers }: { headers: Record<string, string> }) => {
    asked.push({ path, lastEventId: headers['Last-Event-ID'] ?? null });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return Promise.resolve().then(() => answer!());
  });
  return asked;
}

const streamed = (text: string) => () => new Response(text);
/** Sends `text`, then breaks. */
const cut = (text: string) => () => {
  const chunks = [new TextEncoder().encode(text)];
  const pull = (controller: ReadableStreamDefaultController): void => {
    const chunk = chunks.pop();
    if (chunk) controller.enqueue(chunk);
    else controller.error(new TypeError('cut'));
  };
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
};
const down = () => {
  throw new TypeError('refused');
};
const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });

async function followed(after = 0) {
  const [events, lines]: [number[], Line[]] = [[], []];
  const last = await follow('run_1', after, {
    signal: new AbortController().signal,
    event: (each) => events.push(each.number),
    line: (line) => lines.push(line),
    pause: () => Promise.resolve(),
  });
  return { events, lines, last };
}

afterEach(() => vi.unstubAllGlobals());

describe('parse', () => {
  it('reads whole events and keeps the half one', () => {
    const text = `retry: 2000\n\n: still working\n\n${frame(1, 'resolving')}${frame(2, 'scoring')}`;
    const read = parse(text.slice(0, -9));
    expect(read.events.map((each) => each.number)).toEqual([1]);
    expect(parse(read.rest + text.slice(-9)).events.map((each) => each.number)).toEqual([2]);
  });

  it('takes any line break', () => {
    expect(parse(frame(1, 'scoring').replaceAll('\n', '\r\n')).events).toHaveLength(1);
  });
});

describe('follow', () => {
  it('tells every event once and ends with the run', async () => {
    const asked = answering(streamed(frame(1, 'resolving') + frame(2, 'complete')));
    expect(await followed()).toEqual({ events: [1, 2], lines: ['live'], last: 2 });
    expect(asked).toEqual([{ path: '/api/generate/run_1/stream', lastEventId: null }]);
  });

  it('resumes after a cut with the number it saw last, without repeats', async () => {
    const asked = answering(
      cut(frame(1, 'resolving') + frame(2, 'enriching')),
      streamed(frame(2, 'enriching') + frame(3, 'complete')),
    );
    expect((await followed()).events).toEqual([1, 2, 3]);
    expect(asked.map((each) => each.lastEventId)).toEqual([null, '2']);
  });

  it('ends when the run waits for the listener', async () => {
    answering(streamed(frame(1, 'resolving') + frame(2, 'needs_choice')));
    expect((await followed()).last).toBe(2);
  });

  it('asks again and again where nothing can be streamed', async () => {
    const done = { status: 'complete', title: 'T', playlistId: 'pl_1', playlist: [] };
    const state = { status: 'processing', stage: 'scoring', progress: 65, events: 4 };
    answering(down, down, streamed(''), json(state), json(state), json(done));
    const { events, lines } = await followed();
    expect(events).toEqual([4, 5]);
    expect(lines).toEqual([
      'reconnecting',
      'reconnecting',
      'live',
      'reconnecting',
      ...Array(3).fill('polling'),
    ]);
  });

  it('does not try again what was refused', async () => {
    const asked = answering(
      json({ detail: 'there is no run', type: '/problems/UnknownThing' }, 404),
    );
    await expect(followed()).rejects.toMatchObject({ status: 404, kind: 'UnknownThing' });
    expect(asked).toHaveLength(1);
  });

  it('goes on after a server error and after nonsense', async () => {
    answering(json({}, 503), streamed('data: {"num\n\n'), streamed(frame(1, 'failed')));
    expect((await followed()).last).toBe(1);
  });
});
