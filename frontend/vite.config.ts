// Builds the islands of the server's pages. The server finds them through the manifest.

import { defineConfig } from 'vite';

/** What pages have in common, whether or not they show what is live. */
const PAGE =
  /src\/(api\/calls|dom\/(element|flip-animation)|i18n\/(format|phase-labels|texts)|live\/status-label|result\/compare-url)\.ts|preload-helper/;
const LIVE =
  /socket\.io|engine\.io|src\/(live\/(connection|fleet|freshness|reducer|server-clock|watcher)|monitor\/stale-notice)\.ts/;

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
      output: {
        // What several pages need at first comes in two files, not in a dozen that pack worse.
        codeSplitting: {
          groups: [
            // By itself: the texts wait for the catalogue, which would wait for the file that it is in.
            { name: 'placeholders', priority: 2, test: /src\/i18n\/placeholders\.ts/ },
            { name: 'page', priority: 1, test: PAGE },
            { name: 'live', test: LIVE },
          ],
        },
      },
    },
  },
});
