/** Every format: a preview that is the file, a copy that is the file, the file itself. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { made, someSong } from './support/grove.mjs';
import { heard, stage, tracks } from './support/stage.mjs';

const FORMATS = ['Markdown', 'JSON', 'CSV', 'M3U8', 'JSPF', 'XSPF'];
let playlist;
const here = stage({
  prepare: async () => {
    playlist = await made(here.url, { query: await someSong(here.url), playlistSize: 15 });
  },
});

for (const format of FORMATS) {
  const name = format === 'Markdown' ? 'md' : format.toLowerCase();
  test(`${format}: preview, copy and download are the same file`, async () => {
    const path = `/api/playlist/${playlist.playlistId}/export/${name}`;
    const file = await (await fetch(here.url + path)).text();
    const page = await here.open(`/playlist/${playlist.playlistId}`);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText(format, { exact: true }).click();
    const preview = page.getByRole('region', { name: /preview/i });
    await preview.waitFor();
    await page.waitForFunction(
      (start) => document.querySelector('.preview pre')?.textContent?.startsWith(start),
      file.slice(0, 12).replaceAll('\r', ''),
    );
    assert.equal(unbroken(await preview.textContent()), unbroken(file));

    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await heard(page, 'Playlist copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(unbroken(copied), unbroken(file));

    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const taken = await download;
    assert.match(taken.suggestedFilename(), new RegExp(`\\.${name}$`));
    assert.equal(unbroken(await readFile(await taken.path(), 'utf8')), unbroken(file));
  });
}

test('a link to share leads back to the same playlist', async () => {
  const page = await here.open(`/playlist/${playlist.playlistId}`);
  await page.getByRole('button', { name: 'Share' }).click();
  await heard(page, 'Link copied; it opens on this computer only');
  await page.goto('/');
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await tracks(page).first().waitFor();
  assert.equal(await tracks(page).count(), 15);
});

test('a preview that fails says so and can be tried again', async () => {
  const page = await here.open(`/playlist/${playlist.playlistId}`);
  await page.route('**/export/**', (route) => route.abort(), { times: 1 });
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('region', { name: 'Markdown preview' }).waitFor();
});

/** The byte order mark and the kind of line break do not survive being shown. */
const unbroken = (text) =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/^\ufeff/, '')
    .trimEnd();
