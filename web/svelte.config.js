import adapter from '@sveltejs/adapter-static';
import { besideOthers } from './build-steps/beside-others.js';
import { withoutInlineScript } from './build-steps/without-inline-script.js';

const BUILT = '../build/web';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // Outside web/: the Worker's assets binding uploads build/assets, the embedded server reads it.
    adapter: besideOthers(
      withoutInlineScript(adapter({ pages: BUILT, fallback: 'index.html' }), BUILT),
      { from: BUILT, to: '../build/assets' },
    ),
    // All pages together are small; a line with a long delay likes one file better than thirty.
    output: { bundleStrategy: 'single' },
    // A fixed name, so that the same sources give the same files, byte for byte.
    version: { name: '1' },
  },
};
