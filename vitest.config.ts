import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{edge,drivers,models,simulator,cloud-sync,bench}/**/*.test.{ts,tsx}', '*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Native addons and child processes: one process a file. Three on a two-core box, as browsers,
    // lines and timers leave a third of the time unused.
    pool: 'forks',
    maxWorkers: 3,
    // Real ptys, browsers and processes can be starved once on a shared machine; twice is a fault.
    retry: process.env.CI ? 1 : 0,
    reporters: process.env.CI ? ['default', './reporter.ts'] : ['default'],
  },
});
