/**
 * Takes SvelteKit's start-up script out of index.html, so that the page obeys a policy of
 * `script-src 'self'`: no inline script, no hash to keep in step with every build.
 * Why not hashes: docs/decisions/0060-web-page.md.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INLINE = /<script>([\s\S]*?)<\/script>/g;

/**
 * `adapter`, and afterwards the inline script of `folder`/index.html moved to a file of its own.
 * It stays a classic script at the same place, since it looks for `document.currentScript`.
 *
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @param {string} folder
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withoutInlineScript(adapter, folder) {
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      const page = join(folder, 'index.html');
      const html = readFileSync(page, 'utf8');
      const [only, ...more] = [...html.matchAll(INLINE)];
      if (!only || more.length) {
        const found = only ? more.length + 1 : 0;
        throw new Error(`index.html has ${found} inline scripts, want SvelteKit's one`);
      }
      const code = (only[1] ?? '').replace(/^\t+/gm, '').trim() + '\n';
      const hash = createHash('sha256').update(code).digest('hex').slice(0, 8);
      const path = `/_app/immutable/start.${hash}.js`;
      writeFileSync(join(folder, path), code);
      writeFileSync(
        page,
        html.replace(INLINE, () => `<script src="${path}"></script>`),
      );
    },
  };
}
