import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { withoutInlineStyle } from './build-steps/without-inline-style.js';

export default defineConfig({
  plugins: [withoutInlineStyle(), sveltekit()],
  build: {
    assetsInlineLimit: 0, // the policy allows no data: addresses
    reportCompressedSize: false,
  },
  server: {
    // `npm run dev -w web` beside `grove serve`.
    proxy: { '/api': 'http://127.0.0.1:8787', '/docs': 'http://127.0.0.1:8787' },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
