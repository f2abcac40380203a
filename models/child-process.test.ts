/** Where the recognition child runs: on every core but the first. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { builtChildPath, coresAllowed, coresButFirst, forkChild } from './child-process.ts';
import { buildChild } from './fixtures.ts';

test.each([
  ['0-3', '1-3'],
  ['0-1', '1-1'],
  ['2-5,8', '3-5,8'],
  ['0,2-3', '2-3'],
  ['0', ''],
  ['', ''],
])('of the cores %j, all but the first are %j', (allowed, rest) => {
  expect(coresButFirst(allowed)).toBe(rest);
});

const rest = coresButFirst(coresAllowed('self'));
const without = spawnSync('taskset', ['--version']).status === 0 ? undefined : 'taskset';
const why = without ?? (rest ? undefined : 'a second core');
if (why) process.stderr.write(`\n*** the child's cores SKIPPED: no ${why} ***\n\n`);

test.skipIf(why)('the child leaves the first core to the controller', async () => {
  buildChild();
  const child = forkChild(builtChildPath());
  const whole = (list: string) => list.replace(/^(\d+)-\1(?=,|$)/, '$1');
  try {
    await expect.poll(() => coresAllowed(child.pid!), { timeout: 10_000 }).toBe(whole(rest));
  } finally {
    child.kill('SIGKILL');
  }
});
