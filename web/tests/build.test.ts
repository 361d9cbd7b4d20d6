/** The steps after SvelteKit's own build. */

import type { Adapter } from '@sveltejs/kit';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besideOthers } from '../build-steps/beside-others.js';
import { withoutInlineScript } from '../build-steps/without-inline-script.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'grove-build-'))));
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** An adapter that builds these files into `root`/built. */
const building = (files: Record<string, string>): Adapter => ({
  name: 'test',
  adapt: () => {
    rmSync(join(root, 'built'), { recursive: true, force: true });
    for (const [path, text] of Object.entries(files)) put(`built/${path}`, text);
  },
});

const run = (adapter: Adapter) => adapter.adapt({} as Parameters<Adapter['adapt']>[0]);

test('a build replaces its own files and leaves those of others', async () => {
  put('assets/docs-assets/swagger-ui.css', 'theirs');
  const folders = { from: join(root, 'built'), to: join(root, 'assets') };
  await run(besideOthers(building({ 'index.html': 'old', '_app/chunks/old.js': '' }), folders));
  await run(besideOthers(building({ 'index.html': 'new', '_app/new.js': '' }), folders));
  expect(readFileSync(join(root, 'assets/index.html'), 'utf8')).toBe('new');
  expect(existsSync(join(root, 'assets/_app/new.js'))).toBe(true);
  expect(existsSync(join(root, 'assets/_app/chunks'))).toBe(false);
  expect(readFileSync(join(root, 'assets/docs-assets/swagger-ui.css'), 'utf8')).toBe('theirs');
});

test('the start-up script moves to a file of its own', async () => {
  const html = '<body><div><script>\n\tstart($&);\n</script></div></body>';
  const files = { 'index.html': html, '_app/immutable/a.js': '' };
  await run(withoutInlineScript(building(files), join(root, 'built')));
  const page = readFileSync(join(root, 'built/index.html'), 'utf8');
  const path = /^<body><div><script src="([^"]+)"><\/script><\/div><\/body>$/.exec(page)?.[1] ?? '';
  expect(readFileSync(join(root, 'built', path), 'utf8')).toBe('start($&);\n');
});

test('a page with another number of inline scripts stops the build', async () => {
  const adapter = withoutInlineScript(building({ 'index.html': '<p></p>' }), join(root, 'built'));
  await expect(run(adapter)).rejects.toThrow('0 inline scripts');
});
