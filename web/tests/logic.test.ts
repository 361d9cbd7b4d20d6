import { describe, expect, it } from 'vitest';
import { Trouble } from '../src/lib/api/http';
import type { Evidence, PlaylistTrack, RunEvent, SearchResult } from '../src/lib/api/types';
import { advise, faultOf } from '../src/lib/logic/advice';
import { body, cost, summary, wishes } from '../src/lib/logic/ask';
import { sentence } from '../src/lib/logic/evidence';
import { spread } from '../src/lib/logic/examples';
import { horizon, rings } from '../src/lib/logic/grove';
import { known, musicBrainz } from '../src/lib/logic/links';
import { energyCurve, popularityMix, releaseYears } from '../src/lib/logic/pictures';
import { moved, positionAt } from '../src/lib/logic/reorder';
import { heading, notes, status, steps } from '../src/lib/logic/stages';
import { ago, length, list, longLength } from '../src/lib/logic/text';
import { canRedo, canUndo, difference, stepsTo } from '../src/lib/logic/versions';

const track = (about: Partial<PlaylistTrack>): PlaylistTrack =>
  ({ id: 'a', year: null, category: null, isSeed: false, ...about }) as PlaylistTrack;

describe('text', () => {
  it('says lengths', () => {
    expect([length(187_400), length(3_760_000), longLength(59_000), longLength(4_900_000)]).toEqual(
      ['3:07', '1:02:40', '1 min', '1 h 22 min'],
    );
  });

  it('lists and dates', () => {
    expect([list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
    expect([ago(0, 20_000), ago(0, 60_000), ago(0, 3 * 3_600_000)]).toEqual([
      'just now',
      '1 minute ago',
      '3 hours ago',
    ]);
  });
});

describe('links', () => {
  const mbid = '0f1b4a52-90b5-4c0d-8a2b-3f1e5d7c9a10';

  it('leads to MusicBrainz by well-formed ids only', () => {
    expect(musicBrainz('recording', mbid)?.href).toBe(`https://musicbrainz.org/recording/${mbid}`);
    for (const bad of [null, '', 'x', `${mbid}/../x`, mbid.toUpperCase(), ` ${mbid}`]) {
      expect(musicBrainz('artist', bad)).toBeNull();
    }
  });

  it('follows only the services we ask, and only over https', () => {
    expect(known('https://www.last.fm/music/A/_/B')?.where).toBe('Last.fm');
    for (const bad of [
      null,
      'http://www.last.fm/music/A',
      'https://evil.example/www.last.fm',
      'https://www.last.fm.evil.example/',
      'https://www.last.fm@evil.example/',
      'https://user@www.last.fm/',
      'https://www.last.fm:8443/',
      'javascript:alert(1)//www.last.fm',
      '//www.last.fm/',
      'nonsense',
    ]) {
      expect(known(bad), String(bad)).toBeNull();
    }
  });
});

describe('evidence', () => {
  const fact = (about: Partial<Evidence>): Evidence => ({
    source: 'lastfm',
    fact: '',
    value: null,
    rank: null,
    names: [],
    seed: 0,
    url: null,
    ...about,
  });

  it('is put into words with its figures', () => {
    const say = (about: Partial<Evidence>) => sentence(fact(about), ['Seed', 'Other']);
    expect(say({ fact: 'together_in_playlists', value: 2, names: ['x'], seed: 1 })).toBe(
      'In 2 playlists with “Other”: “x”',
    );
    expect(say({ fact: 'similar_track', value: 0.871, rank: 3 })).toBe(
      '87 % similar to “Seed” (place 3)',
    );
    expect(say({ fact: 'years_apart', value: -1, names: ['1999'] })).toBe(
      'Released in 1999, 1 year earlier',
    );
    expect(say({ fact: 'years_apart', value: 0, names: ['1999'] })).toBe(
      'Released in the same year, 1999',
    );
  });

  it('shows what it has no words for as it came', () => {
    expect(sentence(fact({ fact: 'new_kind', value: 0.5, names: ['n'] }), [])).toBe(
      'new kind: “n” (0.5)',
    );
  });
});

describe('pictures', () => {
  it('leaves a gap where energy is unknown', () => {
    const measured = (value: number) => ({ value, source: 'audio' as const });
    const curve = energyCurve([measured(0.2), measured(0.9), null, { value: 0.5, source: 'tags' }]);
    expect(curve.points).toHaveLength(3);
    expect(curve.lines).toHaveLength(1);
    expect(curve.words).toBe(
      'Begins at 0.20, peaks at 0.90 with track 2, ends at 0.50 of 1. 1 track estimated from tags. 1 track unknown.',
    );
    expect(energyCurve([null, null]).words).toContain('unknown');
    expect(energyCurve([measured(1)]).lines).toEqual([]);
  });

  it('counts tiers without the song that was asked for', () => {
    const mix = popularityMix([
      track({ isSeed: true }),
      track({ category: 'popular' }),
      track({ category: 'deep-cut' }),
      track({ category: 'deep-cut' }),
      track({}),
    ]);
    expect(mix.words).toBe('1 well known, 2 deep cuts and 1 unknown.');
  });

  it('bins years as finely as ten columns allow', () => {
    const years = (...all: Array<number | null>) =>
      releaseYears(all.map((year) => track({ year })));
    expect(years(2001, 2003, 2003).bins.map((bin) => bin.count)).toEqual([1, 0, 2]);
    expect(years(1959, 2021).bins.map((bin) => bin.label)).toEqual([
      '1950s',
      '1960s',
      '1970s',
      '1980s',
      '1990s',
      '2000s',
      '2010s',
      '2020s',
    ]);
    expect(years(1999, 1999).words).toBe('All from 1999.');
    expect(years(1999, 2001, 2001, null).words).toBe(
      'From 1999 to 2001, most of them in 2001. Year unknown for 1 track.',
    );
    expect(years(null)).toMatchObject({ bins: [], unknown: 1 });
    expect(years(1860, 2100).bins.length).toBeLessThanOrEqual(10);
  });
});

describe('stages', () => {
  const event = (stage: string, message = '', data = {}): RunEvent =>
    ({ number: 1, atMs: 0, progress: 0, stage, message, data }) as RunEvent;

  it('shows what a stage found with the event after it', () => {
    const shown = steps([
      event('resolving', 'Looking'),
      event('enriching', 'Found X'),
      event('scoring', 'Gathered 75', { found: { lastfm: 60, catalogue: 15, musicbrainz: 0 } }),
    ]);
    expect(shown.map((each) => each.state).join(' ')).toBe(
      'done done done now waiting waiting waiting',
    );
    expect(shown[0]?.found).toBe('Found X');
    expect(shown[1]?.found).toBe(''); // its event was missed, and nothing is made up
    expect(shown[2]?.found).toBe('Gathered 75: 60 from Last.fm and 15 from the catalogue');
  });

  it('knows the ends', () => {
    const start = event('resolving');
    expect(steps([start, event('complete')]).every((each) => each.state === 'done')).toBe(true);
    expect(steps([start, event('enriching'), event('failed')])[1]?.state).toBe('stopped');
    expect(status([])).toBe('Starting');
    expect(status([start, event('needs_choice')])).toContain('Which song');
    expect(heading([event('scoring', 'Gathered 3')])).toBe('Step 4 of 7: Compare');
    expect(notes([event('explaining', '', { notes: ['less'] }), event('storing')])).toEqual([
      'less',
    ]);
  });
});

describe('versions', () => {
  const version = (number: number, parent: number | null) => ({
    version: number,
    parent,
    change: '',
    createdAtMs: 0,
  });
  // 1 -> 2 -> 3, and 2 -> 4: the branch with 3 was left.
  const all = [version(1, null), version(2, 1), version(3, 2), version(4, 2)];

  it('knows where undo and redo lead', () => {
    expect([canUndo(all, 1), canUndo(all, 4), canRedo(all, 2), canRedo(all, 4)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('finds the steps to a version, or that there are none', () => {
    expect(stepsTo(all, 4, 1)).toEqual(['undo', 'undo']);
    expect(stepsTo(all, 1, 4)).toEqual(['redo', 'redo']);
    expect(stepsTo(all, 3, 4)).toEqual(['undo', 'redo']);
    expect(stepsTo(all, 4, 3)).toBeNull();
    expect(stepsTo(all, 4, 4)).toEqual([]);
  });

  it('tells what came, went and moved', () => {
    const tracks = (ids: string) => [...ids].map((id) => track({ id }));
    const change = difference(tracks('abcd'), tracks('axdc'));
    expect(change.came.map((each) => each.id)).toEqual(['x']);
    expect(change.went.map((each) => each.id)).toEqual(['b']);
    expect(change.moved).toBe(true);
    expect(difference(tracks('abc'), tracks('axc')).moved).toBe(false);
  });
});

describe('ask', () => {
  it('asks for one song, or for several with weights', () => {
    const one = body(
      [
        { query: 'A by B', weight: 2 },
        { query: ' ', weight: 1 },
      ],
      wishes(),
      7,
    );
    expect(one).toMatchObject({ query: 'A by B', playlistSize: 20, includeSeed: false });
    expect(one).not.toHaveProperty('seeds');
    expect(one).not.toHaveProperty('randomSeed');
    const two = body(
      [
        { query: 'A', weight: 2 },
        { query: 'B', weight: 1 },
      ],
      wishes(),
      7,
    );
    expect(two.seeds).toEqual([
      { query: 'A', weight: 2 },
      { query: 'B', weight: 1 },
    ]);
  });

  it('sends only what was wished', () => {
    const wish = {
      ...wishes(),
      unit: 'minutes' as const,
      minutes: 90,
      mood: 'chill' as const,
      firstYear: 1990,
      maxPerArtist: null,
      blocked: ' X \n\nY',
      surprise: true,
    };
    expect(body([{ query: 'A', weight: 1 }], wish, 7)).toEqual({
      query: 'A',
      minutes: 90,
      preferences: {
        popularityBias: 'balanced',
        moodBias: 'chill',
        eraRange: [1990, 2100],
        artistGap: 3,
        blockedArtists: ['X', 'Y'],
      },
      includeSeed: false,
      randomSeed: 7,
    });
    expect(summary(wish)).toBe('chill, since 1990, without 2 artists, a surprise');
  });

  it('counts credits as the service does', () => {
    const costs = [15, 25, 26, 50, 51, 100].map((tracks) => cost({ ...wishes(), tracks }));
    expect(costs).toEqual([1, 1, 2, 2, 3, 4]);
    expect(cost({ ...wishes(), unit: 'minutes', minutes: 480 })).toBe(4);
  });
});

describe('advice', () => {
  it('says what to do, and whether to try again', () => {
    expect(advise(new Trouble(0, 'x'), true).title).toBe('You are offline');
    expect(advise(new Trouble(0, 'x'), false).title).toBe('No answer');
    expect(advise(new Trouble(429, 'too many', { retryAfterS: 30 }), false).todo).toContain('30');
    expect(advise(new Trouble(422, 'query: empty'), false)).toMatchObject({
      detail: 'Query: empty.',
      again: false,
    });
    expect(advise(new Trouble(500, 'oh'), false).again).toBe(true);
  });

  it('finds the fault of a field', () => {
    const trouble = new Trouble(422, '', { fields: [{ field: 'query', problem: 'is empty' }] });
    expect(faultOf(trouble, 'seeds', 'query')).toBe('Is empty.');
    expect(faultOf(trouble, 'minutes')).toBe('');
    expect(faultOf(null, 'query')).toBe('');
  });
});

describe('reorder', () => {
  it('carries one and keeps the others in order', () => {
    expect(moved(['a', 'b', 'c', 'd'], 2, 4)).toEqual(['a', 'c', 'd', 'b']);
    expect(moved(['a', 'b', 'c', 'd'], 4, 1)).toEqual(['d', 'a', 'b', 'c']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });

  it('finds the place under the pointer', () => {
    const boxes = [0, 10, 20].map((top) => ({ top, height: 10 }));
    expect([-5, 5, 15, 29, 99].map((y) => positionAt(y, boxes, 1))).toEqual([1, 1, 2, 3, 3]);
    expect([-5, 5, 15, 29, 99].map((y) => positionAt(y, boxes, 3))).toEqual([1, 1, 2, 3, 3]);
  });

  it('never sends items of unequal height to and fro', () => {
    const laid = (heights: number[]) =>
      heights.map((height, at) => ({
        top: heights.slice(0, at).reduce((sum, each) => sum + each, 0),
        height,
      }));
    const heights = [40, 180, 60, 25, 90];
    for (let from = 1; from <= heights.length; from += 1) {
      for (let y = -10; y < 420; y += 5) {
        const to = positionAt(y, laid(heights), from);
        const after = laid(moved(heights, from, to));
        expect(positionAt(y, after, to), `${from} at ${y}`).toBe(to);
      }
    }
  });
});

describe('drawings and examples', () => {
  it('are the same for the same name', () => {
    expect(rings('a', 5)).toEqual(rings('a', 5));
    expect(rings('a', 5)).not.toEqual(rings('b', 5));
    expect(horizon('x')).toEqual(horizon('x'));
    expect(rings('a', 100)).toHaveLength(100);
  });

  it('are short, plain and by different artists', () => {
    const song = (title: string, artist: string, genre: string) =>
      ({ title, artist, genre }) as SearchResult;
    const found = spread(
      [
        song('One', 'A', 'x'),
        song('Two', 'A', 'y'),
        song('One more', 'B', 'z'),
        song('Three (Live)', 'C', 'z'),
        song('Four', 'D', 'x'),
        song('Five', 'E', 'w'),
      ],
      3,
    );
    expect(found.map((each) => each.title)).toEqual(['One', 'Five', 'Four']);
  });
});
