/** Changing a playlist in place: every edit is a version, and the rest stays as it is. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { api, made, someSong } from './support/grove.mjs';
import { heard, notice, stage, titles, tracks } from './support/stage.mjs';

const here = stage();
let page;
let id;
let before;

beforeEach(async () => {
  const playlist = await made(here.url, { query: await someSong(here.url), playlistSize: 15 });
  id = playlist.playlistId;
  page = await here.open(`/playlist/${id}`);
  await tracks(page).first().waitFor();
  before = await titles(page);
});

const tool = (name) => page.getByRole('button', { name, exact: true });

async function more(at, action) {
  await tracks(page)
    .nth(at)
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('a locked track cannot be replaced until it is unlocked', async () => {
  const second = tracks(page).nth(1);
  await second.getByRole('button', { name: /^Lock/ }).click();
  await notice(page, /^Locked/);
  assert.ok(await second.getByRole('button', { name: /^Replace/ }).isDisabled());
  assert.equal(
    await second.getByRole('button', { name: /^Lock/ }).getAttribute('aria-pressed'),
    'true',
  );
  await second.getByRole('button', { name: /^Lock/ }).click();
  await notice(page, /^Unlocked/);
  assert.ok(await second.getByRole('button', { name: /^Replace/ }).isEnabled());
});

test('replace, undo, redo: only that track changes, and it comes back', async () => {
  await tracks(page)
    .nth(4)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, /^Replaced/);
  const after = await titles(page);
  assert.notEqual(after[4], before[4]);
  assert.deepEqual(after.toSpliced(4, 1), before.toSpliced(4, 1));
  await tool('Undo').first().click();
  await notice(page, 'Undone');
  assert.deepEqual(await titles(page), before);
  assert.ok(await tool('Undo').isDisabled());
  await page.keyboard.press('Control+Shift+z');
  await notice(page, 'Done again');
  assert.deepEqual(await titles(page), after);
});

test('ban, ban the artist, more and less like one', async () => {
  await more(2, 'Never this song');
  await notice(page, /^Banned/);
  assert.ok(!(await titles(page)).includes(before[2]));
  const artist = (await tracks(page).nth(5).locator('.names p').textContent()).trim();
  await more(5, 'Never this artist');
  await page.waitForFunction(
    (name) =>
      ![...document.querySelectorAll('.names p')].some((p) => p.textContent.trim() === name),
    artist,
  );
  await more(0, 'More like this');
  await notice(page, /^More like/);
  assert.ok((await page.locator('article.fresh').count()) > 0, 'what is new is not pointed out');
  await more(3, 'Less like this');
  await notice(page, /^Less like/);
});

test('moved with the keyboard: take, carry, put down; Escape leaves it', async () => {
  const handle = page.getByRole('button', { name: `Move ${before[0]}` });
  await handle.focus();
  await page.keyboard.press('Enter');
  await heard(page, 'taken, position 1');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await heard(page, 'Position 3 of 15');
  await page.keyboard.press('Escape');
  assert.deepEqual(await titles(page), before);

  await page.keyboard.press(' ');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await notice(page, /^Moved/);
  assert.deepEqual(await titles(page), [...before.slice(1, 3), before[0], ...before.slice(3)]);
  assert.ok(await handle.evaluate((each) => each === document.activeElement), 'focus was lost');
});

test('moved by dragging its handle', async () => {
  const box = async (at) =>
    tracks(page)
      .nth(at)
      .getByRole('button', { name: /^Move / })
      .boundingBox();
  await tracks(page)
    .nth(1)
    .evaluate((card) => card.scrollIntoView({ block: 'center' }));
  const [from, to] = [await box(0), await box(2)];
  await page.mouse.move(from.x + from.width / 2, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 10, { steps: 8 });
  await page.mouse.up();
  await notice(page, /^Moved/);
  assert.deepEqual(await titles(page), [...before.slice(1, 3), before[0], ...before.slice(3)]);
});

test('changed elsewhere meanwhile: the newest version is shown and the edit is not lost in it', async () => {
  await api(here.url, `/api/playlist/${id}/refine`, {
    kind: 'replace',
    positions: [1],
    version: 1,
  });
  await tracks(page)
    .nth(6)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, /changed elsewhere/);
  const now = await titles(page);
  assert.notEqual(now[0], before[0]);
  assert.equal(now[6], before[6]);
  await tracks(page)
    .nth(6)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, /^Replaced/);
});

test('what cannot be done is said, and nothing changes', async () => {
  await page.route('**/refine', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/Conflict', detail: 'nothing else fits position 3' }),
    }),
  );
  await tracks(page)
    .nth(2)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, 'Nothing else fits position 3');
  assert.deepEqual(await titles(page), before);
});

test('versions say what changed; an old one can be looked at and gone back to', async () => {
  await tracks(page)
    .nth(4)
    .getByRole('button', { name: /^Replace/ })
    .click();
  await notice(page, /^Replaced/);
  const after = await titles(page);
  await more(0, 'Move down');
  await notice(page, /^Moved/);

  await tool('Versions').click();
  const dialog = page.getByRole('dialog', { name: 'Versions' });
  await dialog.getByRole('button', { name: 'What changed in version 2' }).click();
  await dialog.getByText(`Out: ${before[4]} by`).waitFor();
  await dialog.getByText(`In: ${after[4]} by`).waitFor();
  await dialog.getByRole('button', { name: 'What changed in version 3' }).click();
  await dialog.getByText('The order changed.').waitFor();

  await dialog.getByRole('link', { name: /^Look at it.*version 2/ }).click();
  await page.getByText('This is version 2; the current one is 3.').waitFor();
  assert.deepEqual(await titles(page), after);
  assert.ok(
    await tracks(page)
      .nth(1)
      .getByRole('button', { name: /^Replace/ })
      .isDisabled(),
  );
  await page.getByRole('link', { name: 'Show the current version' }).click();
  await page.getByText('This is version 2').waitFor({ state: 'hidden' });

  await tool('Versions').click();
  await dialog.getByRole('button', { name: /^Go back to it.*version 1/ }).click();
  await notice(page, 'Back at version 1');
  assert.deepEqual(await titles(page), before);
});
