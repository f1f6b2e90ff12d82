import { defineConfig } from 'vitest/config';

/** The same laws as in `npm test`, with far more random cases. */
export default defineConfig({
  test: {
    include: [
      'test/{caveats,macaroon,text}/**/*.test.ts',
      'test/ledger/**/{*model*,histories,recovery,redis-replies,steady}.test.ts',
      'test/gateway/attackers/attackers.test.ts',
      'test/**/*.long.test.ts',
    ],
    env: { BURSAR_RUNS: '2000' },
    globalSetup: ['test/support/global-setup.ts', 'test/clients/setup.ts'],
    setupFiles: ['test/support/set-up-file.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
