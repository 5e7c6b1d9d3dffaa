// Builds the islands of the server's pages. The server finds them through the manifest.

import { defineConfig, type Plugin } from 'vite';

/** What all pages share, and what live pages share beside it. */
const PAGE =
  /src\/(api|i18n\/(format|phase-labels|texts)|dom\/(element|flip-animation|progress-bar|state-view)|live\/(run-time|status-label)|result\/compare-url)|preload-helper/;
const LIVE =
  /socket\.io|engine\.io|src\/(live\/(connection|fleet|follow|freshness|reducer|server-clock|watcher)|monitor\/stale-notice)\.ts/;

/** Pages connect by websocket alone: Socket.IO's other transports would add 1.4 kB to a first load. */
const websocketOnly: Plugin = {
  name: 'websocket-only',
  load(id) {
    return id.endsWith('engine.io-client/build/esm/transports/index.js')
      ? "import { WS } from './websocket.js'; export const transports = { websocket: WS };"
      : null;
  },
};

export default defineConfig({
  base: '/static/',
  plugins: [websocketOnly],
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
        'src/pages/admin.ts',
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
