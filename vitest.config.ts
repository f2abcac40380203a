import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those of half a minute and more, with their processes, browsers and models; longest first. */
const LONG = [
  'edge/killed',
  'models/soak',
  'edge/cli/first-run/first-run',
  'edge/web/pages',
  'edge/cli/devices/technician',
  'edge/web/screen-reader',
  'edge/cli/sim/payment-faults',
  'edge/web/cabinet',
  'edge/web/diag/diag',
  'edge/web/hostile-names',
  'edge/web/shopper',
  'edge/cli/first-run/photos',
];

/** Long ones first, so that none is waited for at the end; then those apart, then all the rest. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.includes(`/${name}.test.`));
      return at >= 0 ? at : LONG.length + Number(project.name === 'together');
    };
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}

const ALL = ['{edge,drivers,models,simulator,cloud-sync,bench}/**/*.test.{ts,tsx}', '*.test.ts'];
/** Processes, browsers, and memory that is measured: one process a file. */
const APART = [
  'edge/{cli,web,recognition}/**/*.test.{ts,tsx}',
  'edge/*.test.ts',
  'models/**/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: 'edge/web/browser.setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Four on a two-core box, as browsers, lines and timers leave a third of the time unused.
    maxWorkers: 4,
    // Real ptys, browsers and processes can be starved once on a shared machine; twice is a fault.
    retry: process.env.CI ? 1 : 0,
    reporters: process.env.CI ? ['default', './reporter.ts'] : ['default'],
    sequence: { sequencer: LongFirst },
    projects: [
      { extends: true, test: { name: 'apart', include: APART } },
      // What only computes shares a process, and loads each module once.
      { extends: true, test: { name: 'together', include: ALL, exclude: APART, isolate: false } },
    ],
  },
});
