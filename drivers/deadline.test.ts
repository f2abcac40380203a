import { expect, test } from 'vitest';
import { manualClock } from './clock-for-tests.ts';
import { deadline } from './deadline.ts';

test.each([1, 10, 99, 100, 101, 500, 5000])(
  'a process that runs on time waits %d ms, to the millisecond, on one timer',
  async (limitMs) => {
    const clock = manualClock();
    let expiredMs = 0;
    deadline(clock, limitMs, () => {
      expiredMs = clock.monoMs();
    });
    await clock.advance(limitMs - 1);
    expect(clock.timers()).toBe(1);
    await clock.advance(1);
    expect({ expiredMs, timers: clock.timers() }).toEqual({ expiredMs: limitMs, timers: 0 });
  },
);

test('time in which nothing could be heard is given back', async () => {
  const clock = manualClock();
  let expired = false;
  deadline(clock, 500, () => {
    expired = true;
  });
  clock.holdUp(700);
  await clock.advance(400);
  expect(expired).toBe(false);
  await clock.advance(100);
  expect(expired).toBe(true);
});

test('a process that is held up for ever still ends the wait', async () => {
  const clock = manualClock();
  let expired = false;
  deadline(clock, 500, () => {
    expired = true;
  });
  let holdUps = 0;
  for (; !expired && holdUps < 100; holdUps++) {
    clock.holdUp(600);
    await clock.advance(0);
  }
  expect(holdUps).toBeLessThanOrEqual(20);
});

test('a wait that ended leaves no timer', async () => {
  const clock = manualClock();
  const cancel = deadline(clock, 500, () => expect.unreachable());
  await clock.advance(350);
  cancel();
  expect(clock.timers()).toBe(0);
});
