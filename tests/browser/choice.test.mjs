/** "Which song did you mean?" */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, someWord } from './support/grove.mjs';
import { heard, name, stage, tracks } from './support/stage.mjs';

const here = stage();

async function asked() {
  const page = await here.open('/');
  await name(page, await someWord(here.url));
  const dialog = page.getByRole('dialog', { name: 'Which song did you mean?' });
  await dialog.waitFor();
  return { page, dialog };
}

test('asks, and goes on with the answer', async () => {
  const { page, dialog } = await asked();
  await heard(page, 'Which song did you mean?');
  const option = dialog.getByRole('listitem').nth(1);
  const title = (await option.locator('.title').textContent()).trim();
  await option.getByRole('button').click();
  await page.waitForURL('**/playlist/*');
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await tracks(page).first().waitFor();
  assert.equal(await tracks(page).count(), 20);
});

test('can be put off, left and answered later from the history', async () => {
  const { page, dialog } = await asked();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Choose the song you meant' }).waitFor();
  await page.goto('/history');
  await page
    .getByRole('link', { name: /waits for your choice/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('listitem').first().getByRole('button').click();
  await page.waitForURL('**/playlist/*');
});

test('answered in another window, goes on here', async () => {
  const { page } = await asked();
  const run = page.url().split('/').at(-1);
  await api(here.url, `/api/generate/${run}/choice`, { seed: 0, option: 0 });
  await page.getByRole('dialog').getByRole('listitem').first().getByRole('button').click();
  await page.waitForURL('**/playlist/*');
});
