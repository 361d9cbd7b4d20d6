/** The real embedded server on a free port, with a data folder of its own. */

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');
const BIN = join(ROOT, '.venv/bin');
const DEMO_TRACKS = '2000';
const STARTING_MS = 30_000;

/** The environment without whatever GROVE_ settings and keys this machine has, and `more`. */
export function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !/^GROVE_|_API_KEY$/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

/** Runs `grove …`; throws with its output if it fails. */
export function grove(data, ...words) {
  const done = spawnSync(join(BIN, 'grove'), words, {
    env: environment({ GROVE_DATA: data, GROVE_OFFLINE: '1' }),
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`grove ${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** A new folder with the demo catalogue; the one in GROVE_TEST_DEMO is copied where there is one. */
export function demoFolder() {
  const folder = join(mkdtempSync(join(tmpdir(), 'grove-browser-')), 'data');
  if (process.env.GROVE_TEST_DEMO) cpSync(process.env.GROVE_TEST_DEMO, folder, { recursive: true });
  else grove(folder, 'import', 'demo', '--tracks', DEMO_TRACKS, '--json');
  return folder;
}

/** A new folder with these songs: rows of title, artist, album, year, tags. */
export function folderWith(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'grove-browser-'));
  const quote = (cell) => `"${String(cell).replaceAll('"', '""')}"`;
  const head = ['track_name', 'artist_name', 'album_name', 'year', 'tags', 'playlist_name'];
  const table = [head, ...rows].map((row) => row.map(quote).join(',')).join('\n');
  writeFileSync(join(folder, 'songs.csv'), table);
  grove(join(folder, 'data'), 'import', 'tracks', join(folder, 'songs.csv'), '--json');
  return join(folder, 'data');
}

/**
 * Starts `grove serve` over `data`. Answers { url, port, stop } once it is up; `stop` removes the
 * folder. `settings` are environment variables; without any the server asks no other service.
 */
export async function serve(data, settings = { GROVE_OFFLINE: '1' }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(join(BIN, 'grove'), ['serve', '--port', String(port)], {
    env: environment({ GROVE_DATA: data, ...settings }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((done) => child.on('exit', done));
  const end = () => child.kill();
  process.once('exit', end); // also when whoever asked for it fails
  await until(STARTING_MS, `the server to start: ${said}`, async () => {
    if (child.exitCode !== null) throw new Error(`grove serve ended: ${said}`);
    return (await fetch(`${url}/api/health`).catch(() => ({ ok: false }))).ok;
  });
  return {
    url,
    port,
    stop: async () => {
      process.off('exit', end);
      child.kill();
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Waits until `holds` does; throws after `ms`. */
export async function until(ms, what, holds) {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** A POST or GET of JSON, for preparing what a test looks at. */
export async function api(url, path, body) {
  const answer = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  return answer.json();
}

/** A finished playlist made over the API. */
export async function made(url, body) {
  const { runId } = await api(url, '/api/generate', body);
  let state;
  await until(60_000, 'the run', async () => {
    state = await api(url, `/api/generate/${runId}`);
    return state.status !== 'processing';
  });
  return state;
}

/** A word that begins several titles. */
export async function someWord(url) {
  const { results } = await api(url, '/api/search?q=e&limit=25');
  const words = results.map(({ title }) => title.split(' ')[0]);
  return words.find((word) => words.filter((each) => each === word).length > 2) ?? words[0];
}

/** A title and artist of the catalogue, as people write them; plain ones only. */
export async function someSong(url, letter = 'e') {
  const { results } = await api(url, `/api/search?q=${letter}&limit=25`);
  return results.find(({ title }) => !/[([-]/.test(title)).label;
}
