// Builds the islands of the server's pages. The server finds them through the manifest.

import { defineConfig } from 'vite';

export default defineConfig({
  base: '/static/',
  build: {
    outDir: '../dashboard/static',
    emptyOutDir: true,
    manifest: true,
    // The pages' Content-Security-Policy lets nothing be inlined but pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        'src/pages/frame.ts',
        'src/pages/overview.ts',
        'src/pages/new.ts',
        'src/pages/job.ts',
        'src/pages/wall.ts',
        'src/pages/compare.ts',
      ],
    },
  },
});
