/** Debian's Chromium, driven by Playwright; nothing is downloaded. */

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; undefined where there is none. */
export function executable() {
  return [process.env.GROVE_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
}

/** A browser without a window. It never speaks to the world: only to what the tests open. */
export function launch() {
  return chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox', // root in a container has none
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // One process for all pages: starting another costs more than what a test does in it.
      '--disable-site-isolation-trials',
      '--renderer-process-limit=1',
    ],
  });
}
