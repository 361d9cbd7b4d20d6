/** A screen of 360 pixels and a thumb. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { made, someSong } from './support/grove.mjs';
import { notice, PHONE, stage, tracks } from './support/stage.mjs';

const here = stage();
const SMALLEST_TARGET_PX = 24; // WCAG 2.2, 2.5.8

async function fits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= PHONE.viewport.width, `${what} is ${wide} pixels wide`);
  const cut = await page.evaluate(() => {
    // What may be wider than the screen: what scrolls sideways, decoration, what is only heard.
    const exempt = '.pictures *, pre *, .wood *, .unseen, .unseen *';
    return [...document.querySelectorAll('header *, main *, dialog[open] *, footer *')]
      .filter((each) => !each.matches(exempt) && !each.classList.contains('wood'))
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => each.outerHTML.slice(0, 120));
  });
  assert.deepEqual(cut, [], what);
}

test('from a song to a copied playlist with taps', async () => {
  const page = await here.open('/', PHONE);
  await fits(page, '/');
  await page.getByRole('combobox').fill((await someSong(here.url)).slice(0, 6));
  await page.getByRole('option').first().tap();
  await page.getByText('Wishes').tap();
  await fits(page, 'the wishes');
  await page.getByRole('button', { name: 'Grow a playlist' }).tap();
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  await fits(page, 'the playlist');

  await tracks(page).nth(1).getByRole('button', { name: /^Why/ }).tap();
  await fits(page, 'the evidence');
  await tracks(page)
    .nth(2)
    .getByRole('button', { name: /^More for/ })
    .tap();
  const menu = await page.getByRole('menu').boundingBox();
  const tools = await page.getByRole('toolbar').boundingBox();
  assert.ok(menu.y + menu.height <= tools.y, 'the menu hides behind the tools');
  await fits(page, 'the menu');
  await page.getByRole('menuitem', { name: 'More like this' }).tap();
  await notice(page, /^More like/);
  await page.getByRole('toolbar').getByRole('button', { name: 'Undo' }).tap();
  await notice(page, 'Undone');
  await page.getByRole('button', { name: 'Export' }).tap();
  await page.getByText('CSV').tap();
  await fits(page, 'the export');
  await page.getByRole('button', { name: 'Copy' }).tap();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
});

test('every page fits and every target can be hit', async () => {
  const { playlistId } = await made(here.url, { query: await someSong(here.url) });
  const { runId } = await made(here.url, { query: 'no such song by nobody at all' });
  const pages = ['/', `/playlist/${playlistId}`, '/history', '/profile', '/pricing'];
  for (const path of [...pages, `/generate/${runId}`, '/nowhere']) {
    const page = await here.open(path, PHONE);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await fits(page, path);
    const small = await page.locator('button:visible, nav a:visible').evaluateAll(
      (all, least) =>
        all
          .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least)
          .map(([html]) => html),
      SMALLEST_TARGET_PX,
    );
    assert.deepEqual(small, [], path);
  }
});

test('a track is carried by touching its handle', async () => {
  const { playlistId } = await made(here.url, { query: await someSong(here.url) });
  const page = await here.open(`/playlist/${playlistId}`, PHONE);
  const first = tracks(page).first();
  const title = await first.getByRole('heading').textContent();
  await first.scrollIntoViewIfNeeded();
  const from = await first.getByRole('button', { name: /^Move / }).boundingBox();
  const to = await tracks(page).nth(1).boundingBox();
  const touch = await page.context().newCDPSession(page);
  const send = (type, y) =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: from.x + 12, y }],
    });
  await send('touchStart', from.y + 20);
  for (let step = 1; step <= 6; step++) {
    await send('touchMove', from.y + 20 + ((to.y + to.height - 20 - from.y - 20) * step) / 6);
  }
  await send('touchEnd', 0);
  await notice(page, /^Moved/);
  assert.equal(await tracks(page).nth(1).getByRole('heading').textContent(), title);
});
