import { defineConfig } from 'vitest/config';
import { commands, isolated, shared } from './test/projects.ts';

const common = { testTimeout: 60_000, hookTimeout: 120_000, setupFiles: ['test/helpers/equal-bytes.ts'] };

export default defineConfig({
  test: {
    // JavaScript for the processes and threads that tests start.
    globalSetup: 'test/build.ts',
    // Two workers: the suite is CPU-bound, and the pictures of more workers do not fit a small machine.
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'isolated', include: [...isolated] } },
      { test: { ...common, name: 'commands', include: [...commands], isolate: false } },
      { test: { ...common, name: 'shared', include: [...shared], isolate: false } },
    ],
  },
});
