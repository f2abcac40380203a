import { expect, test } from 'vitest';
import type { TraceEntry } from '../../drivers/trace/ring.ts';
import { timingOf } from './timing.ts';

const entry = (seq: number, tMs: number, direction: 'rx' | 'tx'): TraceEntry => ({
  ...{ seq, tUs: tMs * 1000, direction, bytes: Uint8Array.of(1) },
});

test('a line that is asked every 100 ms and answers after 8 ms', () => {
  const entries = Array.from({ length: 11 }, (_, at) => [
    entry(2 * at + 1, at * 100, 'tx'),
    entry(2 * at + 2, at * 100 + 8, 'rx'),
  ]).flat();
  expect(timingOf(entries)).toMatchObject({
    ...{ frames: 11, framesPerSecond: 10, jitterMs: 0 },
    replies: { count: 11, p50Ms: 8, p95Ms: 8 },
  });
  expect(timingOf(entries).gaps.find(({ upToMs }) => upToMs === 150)?.count).toBe(10);
});

test('one late frame shows as jitter, and in the last bar where it is very late', () => {
  const times = [0, 100, 200, 2200];
  const { jitterMs, gaps } = timingOf(times.map((tMs, at) => entry(at + 1, tMs, 'rx')));
  expect(jitterMs).toBe(0);
  expect(gaps.at(-1)).toEqual({ count: 1 });
  expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(3);
});

test('silence has no figures', () => {
  expect(timingOf([])).toMatchObject({ frames: 0, framesPerSecond: 0, jitterMs: 0 });
});
