/** Names with markup, quotes, emoji, right-to-left text and 300 letters: shown as text, nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, folderWith, made, serve } from './support/grove.mjs';
import { name, notice, PHONE, stage, tracks } from './support/stage.mjs';

const NAMES = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  `"quoted" 'both' & &amp; \u0060ticks\u0060`,
  '👩‍🚀🎶 emoji 🇧🇷',
  'שיר ערב \u202Egnp.exe',
  'أغنية المساء',
  'W'.repeat(300),
  '{@html hacked} {{hacked}} ${hacked}',
  '</title></style></textarea><b>bold',
  'javascript:window.hacked=1',
  '**bold** [link](javascript:window.hacked=1)',
  '=HYPERLINK("http://x")',
];
const rows = Array.from({ length: 60 }, (_, at) => [
  `${NAMES[at % NAMES.length]} ${at}`,
  `${NAMES[(at * 5 + 1) % NAMES.length]} band ${at % 20}`,
  NAMES[(at * 7 + 2) % NAMES.length],
  1990 + (at % 30),
  'folk;<b>tag</b>',
  `list ${NAMES[at % 3]} ${at % 4}`,
]);
const here = stage({ start: () => serve(folderWith(rows)) });

async function playlist() {
  const { results } = await api(here.url, '/api/search?q=emoji&limit=5');
  const state = await made(here.url, { query: results[0].label, includeSeed: true });
  if (state.status !== 'needs_choice') return state;
  await api(here.url, `/api/generate/${state.runId}/choice`, { seed: 0, option: 0 });
  return made(here.url, { query: results[0].label, includeSeed: true });
}

async function harmless(page) {
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  const strangers = 'main img, main script, main b.bold, main iframe, a[href^="javascript:"]';
  assert.equal(await page.locator(strangers).count(), 0);
}

test('in the playlist, its evidence, versions and exports', async () => {
  const made = await playlist();
  assert.equal(made.status, 'complete', JSON.stringify(made).slice(0, 400));
  const page = await here.open(`/playlist/${made.playlistId}`, PHONE);
  await tracks(page).first().waitFor();
  const shown = await tracks(page).getByRole('heading').allTextContents();
  assert.deepEqual(
    shown.map((title) => title.trim()),
    made.playlist.map((track) => track.title.trim()),
  );
  for (const button of await page.getByRole('button', { name: /^Why/ }).all()) await button.click();
  await harmless(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= PHONE.viewport.width, `${wide} pixels wide`);

  await tracks(page).nth(1).getByRole('button', { name: /^Lock/ }).click();
  await notice(page, /^Locked/);
  await page.getByRole('button', { name: 'Versions' }).click();
  await page
    .getByRole('dialog')
    .getByText(/^Locked/)
    .waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Export' }).click();
  for (const format of ['Markdown', 'JSON', 'CSV', 'M3U8', 'JSPF', 'XSPF']) {
    await page.getByText(format, { exact: true }).click();
    await page.getByRole('region', { name: /preview/i }).waitFor();
    await harmless(page);
  }
});

test('while typing, in the question, in the history', async () => {
  const page = await here.open('/');
  for (const text of ['script', 'img', 'quoted', 'שיר', 'WWW', 'bold']) {
    await page.getByRole('combobox').fill(text);
    await page.waitForTimeout(300);
    await harmless(page);
  }
  await name(page, '<script>window.hacked = 1</script>');
  await page.waitForURL(/generate|playlist/);
  await page.getByRole('heading').first().waitFor();
  await page.waitForTimeout(500);
  await harmless(page);
  await page.goto('/history');
  await page.locator('.runs li').first().waitFor();
  await harmless(page);
});

test('in an address', async () => {
  const page = await here.open(`/?q=${encodeURIComponent('"><script>window.hacked=1</script>')}`);
  assert.equal(await page.getByRole('combobox').inputValue(), '"><script>window.hacked=1</script>');
  await page.goto('/playlist/%3Cscript%3Ewindow.hacked=1%3C%2Fscript%3E');
  await page.getByRole('alert').waitFor();
  await harmless(page);
});

test('the policy stops inline script, whatever else fails', async () => {
  const page = await here.open('/');
  const policy = (await page.request.get('/')).headers()['content-security-policy'];
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
  const html = await (await page.request.get('/')).text();
  assert.doesNotMatch(html, /<script>|<script(?![^>]*src=)|\sstyle=|\son\w+=/);
});
