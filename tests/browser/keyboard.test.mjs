/** The whole way without a pointer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { someSong } from './support/grove.mjs';
import { heard, stage, titles, tracks } from './support/stage.mjs';

const here = stage();
const MOST_TABS = 60;

/** Presses Tab until what has the focus is called so. */
async function tabTo(page, name) {
  for (let presses = 0; presses < MOST_TABS; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: on } = document;
      const label = on?.labels?.[0]?.textContent ?? '';
      return `${on?.getAttribute('aria-label') ?? ''} ${on?.textContent ?? ''} ${label}`;
    });
    if (name.test(focused)) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

test('makes, explains, changes and exports a playlist with keys only', async () => {
  const song = await someSong(here.url);
  const page = await here.open('/');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // skip to the content
  await page.waitForFunction(() => document.activeElement?.id === 'main');
  await tabTo(page, /A song you love/);
  await page.keyboard.type(song.slice(0, 6));
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getByRole('option', { selected: true }).count(), 1);
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.getByRole('option', { selected: true }).count(), 0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.match(await page.getByRole('combobox').inputValue(), / by /);
  assert.equal(await page.getByRole('combobox').getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
  await heard(page, 'Your playlist is ready');

  const before = await titles(page);
  await tabTo(page, /^\s*Why\?/);
  await page.keyboard.press('Enter');
  await page.getByText('Are the artists close?').waitFor();
  await tabTo(page, /More for/);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('n'); // "Never this song"
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await page.keyboard.press('n');
  await page.keyboard.press('Enter');
  await heard(page, 'Banned');
  assert.notDeepEqual(await titles(page), before);
  await page.keyboard.press('Control+z');
  await heard(page, 'Undone');
  assert.deepEqual(await titles(page), before);

  await page.getByRole('button', { name: 'Export' }).focus();
  await page.keyboard.press('Enter');
  await tabTo(page, /Markdown/);
  await page.keyboard.press('ArrowRight');
  await page.getByRole('region', { name: 'JSON preview' }).waitFor();
  await page.keyboard.press('Escape');
  const back = await page.evaluate(() => document.activeElement?.textContent);
  assert.match(back, /Export/, 'the focus did not come back');
});

test('what has the focus can be seen', async () => {
  const page = await here.open('/');
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const on = document.activeElement;
      if (on === document.body) return true; // past the last one
      const drawn = [on, on?.nextElementSibling]
        .filter(Boolean)
        .map((each) => getComputedStyle(each));
      return drawn.some((style) => style.outlineStyle !== 'none' && style.outlineWidth !== '0px');
    });
    assert.ok(seen, await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200)));
  }
});
