import { defineConfig } from 'vitest/config';

/** Rooms walked in a browser in every size and theme: minutes of them, so in the deep tier. */
const WALKED = 'edge/web/admin/{settings,alerts,devices,products,promotions,recognition}/*.test.ts';
const deep = process.env.YIKE_DEEP === '1';

export default defineConfig({
  test: {
    include: ['{edge,drivers,models,simulator,cloud-sync,bench}/**/*.test.{ts,tsx}', '*.test.ts'],
    exclude: ['**/node_modules/**', ...(deep ? [] : [WALKED])],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Native addons and child processes: one process a file, two at a time on a two-core box.
    pool: 'forks',
    maxWorkers: 2,
    // Real ptys, browsers and processes can be starved once on a shared machine; twice is a fault.
    retry: process.env.CI ? 1 : 0,
    reporters: process.env.CI ? ['default', './reporter.ts'] : ['default'],
  },
});
