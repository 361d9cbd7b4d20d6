/** A browser before a real server: what every test file begins with. */

import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { launch } from './chromium.mjs';
import { demoFolder, serve } from './grove.mjs';

// What Chromium itself logs of an answer with an error status; the tests that want one look at
// the page instead.
const EXPECTED = /^Failed to load resource/;

// Far beyond what anything takes: a machine that does five other things is no fault of the page.
const LONGEST_MS = 60_000;

/**
 * Starts a server and a browser for the tests of a file and ends both after them. Whatever a page
 * logs as an error, and any request to another host, fails the test it happens in.
 *
 * `start` gives the server, by default one over the demo catalogue; `prepare` may ask things of
 * it before the first test. `open` opens a page there: in the window of the last test that wanted
 * the same kind, emptied, since a process of its own for each costs four times the page itself.
 */
export function stage({ start = () => serve(demoFolder()), prepare } = {}) {
  const here = { url: '', server: null, open };
  let browser;
  const windows = new Map(); // by what `open` was given
  let used = [];
  let faults = [];

  before(async () => {
    [here.server, browser] = await Promise.all([start(), launch()]);
    here.url = here.server.url;
    await prepare?.();
  });
  after(async () => {
    await browser?.close();
    await here.server?.stop();
  });
  afterEach(async () => {
    await Promise.all(used.map(emptied));
    const found = faults;
    [used, faults] = [[], []];
    assert.deepEqual(found, []);
  });

  async function open(path, options = {}) {
    const kind = JSON.stringify(options);
    const page = windows.get(kind) ?? (await another(options));
    windows.delete(kind); // until it is emptied: a test may want two
    used.push({ kind, page });
    await page.goto(path);
    return page;
  }

  async function emptied({ kind, page }) {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().setOffline(false);
    await page.context().clearCookies();
    await page.goto('about:blank');
    windows.set(kind, page);
  }

  async function another(options) {
    const context = await browser.newContext({
      baseURL: here.url,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: { width: 1100, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(LONGEST_MS);
    page.on('console', (said) => {
      if (said.type() === 'error' && !EXPECTED.test(said.text())) faults.push(said.text());
    });
    page.on('pageerror', (error) => faults.push(String(error.stack)));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      const own = host === new URL(context._options.baseURL).host || protocol === 'blob:';
      if (!own) faults.push(`a request to ${request.url()}`);
    });
    return page;
  }

  return here;
}

export const PHONE = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** Names a song on the first page. With Enter, since suggestions may lie over the button. */
export async function name(page, song) {
  await page.getByRole('combobox').fill(song);
  await page.getByRole('combobox').press('Enter');
}

/** Names a song and waits for its playlist. */
export async function grow(page, song) {
  await name(page, song);
  await page.waitForURL('**/playlist/*');
  await tracks(page).first().waitFor();
}

/** Waits until nothing moves or fades any more. */
export const settled = (page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => each.effect?.getTiming().iterations !== Infinity)
        .map((each) => each.finished),
    );
  });

export const tracks = (page) => page.getByRole('article');

/** Titles in the order the page shows them. */
export const titles = (page) => tracks(page).getByRole('heading').allTextContents();

/** Waits until the page has said something that holds `text` to those who listen. */
export async function heard(page, text) {
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-testid=spoken]')?.textContent?.includes(wanted),
    text,
  );
}

/** Waits for a notice at the foot of the page. */
export const notice = (page, text) =>
  page.getByRole('region', { name: 'Notices' }).getByText(text).waitFor();
