import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['properties/**/*.test.ts'],
    // They end what hangs, and are no measure of speed: the longest test takes less than a minute on an idle machine.
    testTimeout: 600_000,
    hookTimeout: 60_000,
    // Two cores: a worker each, and the heavy files start first (alphabetical order is not load order).
    maxWorkers: 2,
    // `npm run coverage` counts child processes too.
    setupFiles: process.env.SNAPCHECK_CHILD_COVERAGE ? ['properties/meta/childCoverage.ts'] : [],
  },
});
