/**
 * Puts what was built into a folder that other steps use too (Swagger UI's files are there), and
 * never leaves a server that runs meanwhile without a page: new files first, index.html after
 * them, what no longer belongs last.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What only this build puts there, so that old files in it can go. */
const OURS = '_app';

/**
 * `adapter`, which builds into `from`; afterwards the same is in `to`.
 *
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @param {{ from: string, to: string }} folders
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function besideOthers(adapter, { from, to }) {
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      mkdirSync(to, { recursive: true });
      const built = readdirSync(from).filter((name) => name !== 'index.html');
      for (const name of [...built.sort(), 'index.html']) {
        cpSync(join(from, name), join(to, name), { recursive: true });
      }
      for (const old of readdirSync(join(to, OURS), { recursive: true })) {
        if (!existsSync(join(from, OURS, String(old)))) {
          rmSync(join(to, OURS, String(old)), { recursive: true, force: true });
        }
      }
    },
  };
}
