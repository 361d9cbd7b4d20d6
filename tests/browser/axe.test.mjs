/** axe, on every page and in every window over a page, in light and in dark: no violation. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { api, made, someSong, someWord } from './support/grove.mjs';
import { name as ask, PHONE, settled, stage } from './support/stage.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let song;
let id;
let waiting;
let failed;
const here = stage({
  prepare: async () => {
    song = await someSong(here.url);
    const ask = { query: song, playlistSize: 15, includeSeed: true };
    ({ playlistId: id } = await made(here.url, ask));
    const lock = { kind: 'lock', positions: [3], version: 1 };
    await api(here.url, `/api/playlist/${id}/refine`, lock);
    waiting = (await made(here.url, { query: await someWord(here.url) })).runId;
    failed = (await made(here.url, { query: 'no such song by nobody at all' })).runId;
  },
});

const press = (name) => (page) => page.getByRole('button', { name, exact: true }).click();

const SCENES = {
  home: [() => '/'],
  'home with suggestions': [
    () => '/',
    async (page) => {
      await page.getByRole('combobox').fill(song.slice(0, 4));
      await page.getByRole('option').first().waitFor();
    },
  ],
  'home with wishes, two songs and a fault': [
    () => '/',
    async (page) => {
      await page.getByText('Wishes').click();
      await page.getByRole('button', { name: 'Another song' }).click();
      await page.getByRole('button', { name: 'Grow a playlist' }).click();
    },
  ],
  'a question': [() => `/generate/${waiting}`, (page) => page.getByRole('dialog').waitFor()],
  'a run that failed': [() => `/generate/${failed}`, (page) => page.getByRole('alert').waitFor()],
  'a run that is not there': [
    () => '/generate/run_none',
    (page) => page.getByRole('alert').waitFor(),
  ],
  'a run under way': [
    () => '/',
    async (page) => {
      await page.route('**/stream', () => {});
      await page.route(
        '**/stream',
        (route) =>
          route.fulfill({
            contentType: 'text/event-stream',
            body: `data: ${JSON.stringify({ number: 1, atMs: 1, stage: 'scoring', progress: 65, message: 'Gathered 75', data: {} })}\n\n`,
          }),
        { times: 1 },
      );
      await ask(page, song);
      await page.getByText('Comparing each').waitFor();
    },
  ],
  playlist: [() => `/playlist/${id}`, (page) => page.getByRole('article').first().waitFor()],
  'playlist with evidence and a menu': [
    () => `/playlist/${id}`,
    async (page) => {
      await page.getByRole('button', { name: /^Why/ }).first().click();
      await page
        .getByRole('button', { name: /^More for/ })
        .nth(1)
        .click();
    },
  ],
  'playlist being sorted': [
    () => `/playlist/${id}`,
    async (page) => {
      await page
        .getByRole('button', { name: /^Move / })
        .nth(1)
        .focus();
      await page.keyboard.press('Enter');
      await page.locator('article.carried').waitFor();
    },
  ],
  'an old version': [
    () => `/playlist/${id}?version=1`,
    (page) => page.getByText('This is version 1').waitFor(),
  ],
  export: [
    () => `/playlist/${id}`,
    async (page) => {
      await press('Export')(page);
      await page.getByRole('region', { name: 'Markdown preview' }).waitFor();
    },
  ],
  'export as JSON': [
    () => `/playlist/${id}`,
    async (page) => {
      await press('Export')(page);
      await page.getByText('JSON', { exact: true }).click();
      await page.getByRole('region', { name: 'JSON preview' }).waitFor();
    },
  ],
  versions: [
    () => `/playlist/${id}`,
    async (page) => {
      await press('Versions')(page);
      await page.getByRole('button', { name: 'What changed' }).click();
    },
  ],
  'a playlist that is not there': [
    () => '/playlist/pl_none',
    (page) => page.getByRole('alert').waitFor(),
  ],
  history: [() => '/history', (page) => page.locator('.runs').waitFor()],
  profile: [() => '/profile', (page) => page.getByText('available').waitFor()],
  pricing: [() => '/pricing'],
  'no such page': [() => '/nowhere'],
};

/** Windows, and the colours each is looked at in. */
const LOOKS = {
  desk: [{}, ['light', 'dark']],
  phone: [PHONE, ['light']],
};

// What else the page holds is the same in other colours.
const OF_COLOUR = { runOnly: ['color-contrast', 'link-in-text-block'] };

async function violations(page, rules = {}) {
  await settled(page); // colours that fade in are measured when they are there
  const found = await page.evaluate(
    (some) => window.axe.run(document, { resultTypes: ['violations'], ...some }),
    rules,
  );
  return found.violations.map(
    ({ id: rule, nodes }) =>
      `${rule}: ${nodes.map((each) => `${each.html} (${each.failureSummary})`).join('\n')}`,
  );
}

for (const [name, [path, prepare]] of Object.entries(SCENES)) {
  for (const [look, [options, colours]] of Object.entries(LOOKS)) {
    test(`${name}, ${look}`, async () => {
      const page = await here.open(path(), { ...options, colorScheme: colours[0] });
      await page.getByRole('heading').first().waitFor();
      await prepare?.(page);
      await page.evaluate(axe);
      for (const [number, colorScheme] of colours.entries()) {
        await page.emulateMedia({ colorScheme });
        const rules = number === 0 ? {} : OF_COLOUR;
        assert.deepEqual(await violations(page, rules), [], colorScheme);
      }
    });
  }
}
