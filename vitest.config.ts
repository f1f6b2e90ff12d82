import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.long.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/set-up-file.ts'],
    // Many tests wait for processes of their own: two files at once, on two cores as well.
    maxWorkers: 2,
    // Files of a worker share the modules: 20 s of loading for 104, 271 s for the whole run and not 359.
    // What a shared module of the tests starts, it ends by `test/support/end-of-file.ts`.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
