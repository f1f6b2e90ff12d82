import { defineConfig } from 'vitest/config';

/** What leans on Node itself: sockets, streams, TLS, processes, SQLite. For other versions of Node than the tests' own. */
export default defineConfig({
  test: {
    include: [
      'test/{caveats,macaroon,text}/**/*.test.ts',
      'test/gateway/{chat,leaving,pipelining,server,tls,tools}.test.ts',
      'test/gateway/{stream,upstream,uploads}/**/*.test.ts',
      'test/ledger/{redis-replies,sqlite,sqlite-commits}.test.ts',
      'test/cli/{init,round}.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/set-up-file.ts'],
    maxWorkers: 2,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
