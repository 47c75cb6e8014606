import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // JavaScript for the processes and threads that tests start.
    globalSetup: 'test/build.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two workers: the suite is CPU-bound, and the pictures of more workers do not fit a small machine.
    maxWorkers: 2,
  },
});
