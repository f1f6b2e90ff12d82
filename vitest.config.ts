import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/**/*.long.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Many tests wait for processes of their own: two files at once, on two cores as well.
    maxWorkers: 2,
    // Files of a worker share the modules: 20 s of loading for 104, 271 s for the whole run and not 359.
    // No module keeps a state of its own, so no file can see what another did.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
