/**
 * Runs the browser tests, or says in one line why not: `node tests/browser/run.mjs [file …]`.
 *
 * Ends with 77 when there is no Chromium, which counts as skipped; with GROVE_NO_SKIP=1 that is a
 * failure. The demo catalogue is made once and copied by each test file.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { executable } from './support/chromium.mjs';
import { demoFolder } from './support/grove.mjs';

const SKIPPED = 77;
const LONGEST_MS = 600_000; // of a file: one that leaves something open would never end

if (!executable()) {
  console.log('browser tests: all skipped, no Chromium here (on Debian: apt install chromium)');
  process.exit(process.env.GROVE_NO_SKIP === '1' ? 1 : SKIPPED);
}

const files = process.argv.slice(2).length
  ? process.argv.slice(2)
  : readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.test.mjs'))
      .map((name) => join(import.meta.dirname, name));
const demo = demoFolder();
const done = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${LONGEST_MS}`,
    '--test-reporter=dot',
    ...files,
  ],
  { stdio: 'inherit', env: { ...process.env, GROVE_TEST_DEMO: demo } },
);
rmSync(dirname(demo), { recursive: true, force: true });
process.exit(done.status ?? 1);
