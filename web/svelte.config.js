import adapter from '@sveltejs/adapter-static';
import { withoutInlineScript } from './build-steps/without-inline-script.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // Outside web/: the Worker's assets binding uploads this folder, the embedded server reads it.
    adapter: withoutInlineScript(
      adapter({ pages: '../build/assets', fallback: 'index.html' }),
      '../build/assets',
    ),
    // A fixed name, so that the same sources give the same files, byte for byte.
    version: { name: '1' },
  },
};
