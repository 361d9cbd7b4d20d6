/**
 * Figures of each page on a slow phone, as JSON: `node tests/browser/support/measure.mjs`.
 * benchmarks/web.py prints them. Each page is opened with an empty cache.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { executable, launch } from './chromium.mjs';
import { demoFolder, made, serve, someSong } from './grove.mjs';
import { PHONE, settled } from './stage.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Lighthouse's "slow 4G" and its slow-down of the processor.
const LINE = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6e6 / 8) * 0.9,
  uploadThroughput: (750e3 / 8) * 0.9,
};
const SLOWER = 4;
const QUIET_MS = 1_500;

if (!executable()) {
  console.log(JSON.stringify(null));
} else {
  const server = await serve(demoFolder());
  const browser = await launch();
  try {
    const { playlistId } = await made(server.url, {
      query: await someSong(server.url),
      playlistSize: 20,
    });
    const pages = [
      ['/', 'button[type=submit]'],
      [`/playlist/${playlistId}`, 'article'],
      ['/history', '.runs a'],
      ['/profile', '.sources'],
      ['/pricing', '.plans'],
    ];
    const found = [];
    for (const [path, ready] of pages) {
      found.push({ page: path.replace(playlistId, '[id]'), ...(await measure(path, ready)) });
    }
    console.log(JSON.stringify(found));

    async function measure(path, ready) {
      const context = await browser.newContext({ ...PHONE, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const line = await context.newCDPSession(page);
      await line.send('Network.enable');
      await line.send('Network.emulateNetworkConditions', LINE);
      await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      const sizes = { script: 0, total: 0, requests: 0 };
      const kinds = new Map();
      line.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
      line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        sizes.total += encodedDataLength;
        sizes.requests += 1;
        if (kinds.get(requestId) === 'Script') sizes.script += encodedDataLength;
      });
      await page.addInitScript(watch, ready);
      await page.goto(server.url + path);
      await page.waitForFunction((ms) => window.grove.quiet(ms), QUIET_MS);
      const times = await page.evaluate(() => window.grove.times());
      await line.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      await settled(page);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document));
      await context.close();
      return { ...sizes, ...times, violations: violations.length };
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Runs in the page: notes when what is waited for is there, and how long the page was busy. */
function watch(ready) {
  const tasks = [];
  let there = 0;
  let painted = 0;
  let shifts = 0;
  const observe = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({
      type,
      buffered: true,
    });
  observe('longtask', (task) => tasks.push([task.startTime, task.duration]));
  observe('largest-contentful-paint', (paint) => (painted = paint.startTime));
  observe('layout-shift', (shift) => (shifts += shift.hadRecentInput ? 0 : shift.value));
  const look = () => {
    if (document.querySelector(ready)) there = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const interactive = () => Math.max(there, ...tasks.map(([start, took]) => start + took));
  window.grove = {
    quiet: (ms) => there > 0 && performance.now() - interactive() > ms,
    times: () => ({
      painted_ms: painted,
      interactive_ms: interactive(),
      blocked_ms: tasks.reduce((sum, [, took]) => sum + Math.max(0, took - 50), 0),
      shift: shifts,
    }),
  };
}
