/** What a person does who has never seen the page: from a song to a file within a minute. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { someSong } from './support/grove.mjs';
import { name, notice, stage, titles, tracks } from './support/stage.mjs';

const here = stage();
const MINUTE_MS = 60_000;

test('makes, understands, changes and takes away a playlist within a minute', async () => {
  const began = Date.now();
  const song = await someSong(here.url);
  const page = await here.open('/');

  await page.getByRole('combobox').pressSequentially(song.slice(0, 6));
  await page.getByRole('option').first().click();
  assert.match(await page.getByRole('combobox').inputValue(), / by /);
  await page.getByRole('button', { name: 'Grow a playlist' }).click();
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  assert.equal(await tracks(page).count(), 20);

  await page.getByText('Invented demo data.').waitFor();
  for (const picture of ['Energy', 'How well known', 'Released']) {
    await page.getByRole('heading', { name: picture }).waitFor();
  }
  const third = tracks(page).nth(2);
  await third.getByRole('img', { name: /^Fits \d+ of 10\. Tags/ }).waitFor();
  await third.getByRole('button', { name: /^Why/ }).click();
  await third.getByText('Do the recordings sound alike?').waitFor();

  const before = await titles(page);
  await third.getByRole('button', { name: /^Replace/ }).click();
  await notice(page, /^Replaced/);
  const changed = await titles(page);
  assert.deepEqual(
    changed.filter((title, at) => title !== before[at]),
    [changed[2]],
  );

  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByText('CSV', { exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  assert.match((await download).suggestedFilename(), /\.csv$/);
  assert.ok(Date.now() - began < MINUTE_MS, 'took more than a minute');

  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('link', { name: /20 tracks/ }).click();
  await tracks(page).first().waitFor();
  assert.deepEqual(await titles(page), changed);
});

test('shows an empty form what to do, and a fault beside its field', async () => {
  const page = await here.open('/');
  await page.getByRole('button', { name: 'Grow a playlist' }).click();
  await page.getByText('Name a song first.').waitFor();
  assert.ok(await page.getByRole('combobox').evaluate((field) => field === document.activeElement));

  await page.getByText('Wishes').click();
  await page.getByLabel('From').fill('2020');
  await page.getByLabel('to', { exact: true }).fill('1990');
  await name(page, 'x');
  await page.getByText(/first year comes first/).waitFor();
});

test('takes wishes along: size, mood, years, several songs with shares', async () => {
  const [one, other] = [await someSong(here.url, 'e'), await someSong(here.url, 's')];
  const page = await here.open('/');
  await page.getByRole('slider', { name: 'Length' }).fill('30');
  await page.getByText('Wishes').click();
  await page.getByText('Deep cuts').click();
  await page.getByRole('checkbox', { name: 'Put your song first' }).check();
  await page.getByRole('button', { name: 'Another song' }).click();
  await page.getByRole('combobox', { name: 'Song 1' }).fill(one);
  await page.getByRole('combobox', { name: 'Song 2' }).fill(other);
  await page.keyboard.press('Escape');
  await page.getByLabel('Share').nth(1).selectOption('double');
  const asked = page.waitForRequest('**/api/generate');
  await page.getByRole('button', { name: 'Grow a playlist' }).click();
  const body = (await asked).postDataJSON();
  assert.equal(body.playlistSize, 30);
  assert.equal(body.preferences.popularityBias, 'deep-cuts');
  assert.deepEqual(body.seeds, [
    { query: one, weight: 1 },
    { query: other, weight: 2 },
  ]);
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  assert.equal(await tracks(page).count(), 30);
  assert.equal(await page.getByText('Your song').count(), 2);
});

test('says what a song nobody knows means, and offers others', async () => {
  const song = await someSong(here.url);
  const page = await here.open('/');
  await name(page, `${song.split(' ')[0]} zzqq by qqzz`);
  await page.getByRole('alert').getByText('Nothing was charged.').waitFor();
  await page.getByRole('link', { name: / by / }).first().click();
  assert.match(await page.getByRole('combobox').inputValue(), / by /);
});

test('says while typing that a song is not in the catalogue, and keeps wishes for another try', async () => {
  const page = await here.open('/');
  await page.getByRole('slider', { name: 'Length' }).fill('30');
  await page.getByRole('combobox').fill('zzqq by qqzz');
  await page.getByText('Not in the catalogue here').waitFor();
  await page.getByRole('combobox').press('Enter');
  await page.getByRole('link', { name: 'Start again' }).click();
  await page.waitForURL('**/?q=*');
  assert.equal(await page.getByRole('combobox').inputValue(), 'zzqq by qqzz');
  assert.equal(await page.getByRole('slider', { name: 'Length' }).inputValue(), '30');
});

test('shows an address that leads nowhere as such', async () => {
  const page = await here.open('/playlist/pl_nowhere');
  await page.getByRole('alert').getByText('Not here').waitFor();
  await page.goto('/no/such/page');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
});

test('shows who is listening and what it costs', async () => {
  const page = await here.open('/profile');
  await page.getByText('Your own installation', { exact: true }).waitFor();
  await page.getByText('GROVE_OFFLINE is set').first().waitFor();
  await page.goto('/pricing');
  await page.getByText('This is yours.').waitFor();
});
