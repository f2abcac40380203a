import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { manualClock } from './clock-for-tests.ts';
import { quietTimer } from './quiet-timer.ts';

const LIMIT_MS = 50;
const clock = {
  monoMs: () => Math.round(performance.now()),
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A disk that is slow to answer: nothing else runs meanwhile. */
const holdUp = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a process that was held up has time for a whole new exchange before silence is judged', async () => {
  const manual = manualClock();
  let quietMs: number | undefined;
  const timer = quietTimer(manual, 2500, () => {
    quietMs = manual.monoMs();
  });
  timer.touch();
  await manual.advance(100);
  manual.holdUp(2600);
  await manual.advance(400);
  timer.touch();
  expect(quietMs).toBeUndefined();
  await manual.advance(2499);
  expect(quietMs).toBeUndefined();
  await manual.advance(1);
  expect(quietMs).toBe(manual.monoMs());
});

test('what came while the process was held up is heard before silence is judged', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const far = connect(port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  const heard: string[] = [];
  const timer = quietTimer(clock, LIMIT_MS, () => heard.push('quiet'));
  near.on('data', (bytes) => {
    timer.touch();
    heard.push(String(bytes));
  });
  far.write('half a ');
  await once(near, 'data');
  far.write('code');
  holdUp(3 * LIMIT_MS);
  await expect.poll(() => heard.at(-1)).toBe('quiet');
  expect(heard).toEqual(['half a ', 'code', 'quiet']);
  timer.stop();
  far.destroy();
  near.destroy();
  server.close();
});
