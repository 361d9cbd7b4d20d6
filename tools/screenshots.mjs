/**
 * Every page in light, dark and on a phone, as pictures in build/screenshots: `make screenshots`.
 * They are for people to look at; no test compares them.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { executable, launch } from '../tests/browser/support/chromium.mjs';
import {
  api,
  demoFolder,
  folderWith,
  made,
  ROOT,
  serve,
  someSong,
  someWord,
} from '../tests/browser/support/grove.mjs';
import { simulators } from '../tests/browser/support/simulators.mjs';

const FOLDER = join(ROOT, 'build/screenshots');
const LOOKS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: {
    viewport: { width: 360, height: 780 },
    colorScheme: 'light',
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  },
};

/** What is shown: an address, and what is done there before the picture is taken. */
async function scenes(url) {
  const song = await someSong(url);
  const playlist = await made(url, {
    query: song,
    playlistSize: 20,
    includeSeed: true,
  });
  const id = playlist.playlistId;
  for (const [version, edit] of [
    { kind: 'lock', positions: [4] },
    { kind: 'replace', positions: [7] },
    { kind: 'more_like', positions: [3] },
  ].entries()) {
    await api(url, `/api/playlist/${id}/refine`, {
      ...edit,
      version: version + 1,
    });
  }
  const lost = await made(url, { query: 'no such song by nobody at all' });
  const unclear = await api(url, '/api/generate', {
    query: await someWord(url),
  });
  return {
    home: ['/', async (page) => page.getByRole('heading', { name: 'Lately' }).waitFor()],
    'home-open': [
      '/',
      async (page) => {
        await page.getByRole('combobox').fill(song.slice(0, 4));
        await page.getByRole('option').first().waitFor();
      },
    ],
    'home-wishes': ['/', async (page) => page.getByText('Wishes').click()],
    choice: [`/generate/${unclear.runId}`, async (page) => page.getByRole('dialog').waitFor()],
    failed: [`/generate/${lost.runId}`, async (page) => page.getByRole('alert').waitFor()],
    playlist: [`/playlist/${id}`, async (page) => page.getByText('Why?').first().waitFor()],
    'playlist-why': [
      `/playlist/${id}`,
      async (page) => {
        await page.getByText('Why?').nth(1).click();
        await page.getByText('Why?').nth(1).scrollIntoViewIfNeeded();
      },
    ],
    'playlist-menu': [
      `/playlist/${id}`,
      async (page) =>
        page
          .getByRole('button', { name: /^More for/ })
          .nth(2)
          .click(),
    ],
    'playlist-export': [
      `/playlist/${id}`,
      async (page) => {
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByLabel('Markdown preview').waitFor();
      },
    ],
    'playlist-versions': [
      `/playlist/${id}`,
      async (page) => {
        await page.getByRole('button', { name: 'Versions' }).click();
        await page.getByRole('button', { name: 'What changed' }).first().click();
        await page.getByText('Out:').first().waitFor();
      },
    ],
    'playlist-missing': ['/playlist/pl_nowhere', async (page) => page.getByRole('alert').waitFor()],
    history: ['/history', async (page) => page.locator('.runs').waitFor()],
    profile: ['/profile', async (page) => page.getByText('available').waitFor()],
    pricing: ['/pricing', async (page) => page.getByRole('heading', { name: 'Pro' }).waitFor()],
  };
}

/** A run on its way, over services that take their time. */
async function slowly(upstream) {
  for (const service of ['lastfm', 'listenbrainz'])
    await upstream.inject(service, { latency_ms: 2500 });
  let number = 0;
  return {
    generate: [
      '/',
      async (page) => {
        // Another song each time, since what was asked once is remembered.
        await page.getByRole('combobox').fill(upstream.songs[number++]);
        await page.getByRole('button', { name: 'Grow a playlist' }).click();
        await page.getByText('Collecting songs').waitFor();
      },
    ],
  };
}

async function main() {
  if (!executable()) throw new Error('no Chromium here; on Debian: apt install chromium');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const upstream = await simulators();
  const demo = await serve(demoFolder());
  const real = await serve(folderWith([['Home', 'Somebody', 'First', 2001, 'folk', 'mine']]), {
    ...upstream.settings,
  });
  const browser = await launch();
  try {
    await shoot(browser, demo.url, await scenes(demo.url));
    await shoot(browser, real.url, await slowly(upstream));
  } finally {
    await browser.close();
    await Promise.all([demo.stop(), real.stop(), upstream.stop()]);
  }
}

async function shoot(browser, url, all) {
  const wanted = process.argv.slice(2);
  for (const [name, [path, prepare]] of Object.entries(all)) {
    if (wanted.length && !wanted.includes(name)) continue;
    for (const [look, options] of Object.entries(LOOKS)) {
      const context = await browser.newContext({
        ...options,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(url + path);
      await prepare(page);
      await page.waitForTimeout(250);
      const fullPage = ['home', 'playlist', 'history', 'profile', 'pricing'].includes(name);
      await page.screenshot({
        path: join(FOLDER, `${name}-${look}.png`),
        fullPage,
      });
      await context.close();
    }
    console.log(`build/screenshots/${name}-{${Object.keys(LOOKS).join(',')}}.png`);
  }
}

await main();
