import { expect, test } from 'vitest';
import { nextFrame } from './player.tsx';

const lines = [0, 100, 104, 2_100, 10_000].map((ms) => ({
  ...{ tUs: ms * 1000, direction: 'rx', text: '' },
}));

test.each([
  ['its own pace', 0, 1, { to: 1, waitMs: 100 }],
  ['ten times as fast', 0, 10, { to: 1, waitMs: 10 }],
  ['frames within one picture together', 1, 1, { to: 3, waitMs: 1500 }],
  ['a silence is cut short', 3, 1, { to: 4, waitMs: 1500 }],
  ['as fast as it goes', 0, Number.POSITIVE_INFINITY, { to: 4, waitMs: 40 }],
  ['the last frame is the end', 4, 1, { to: 4, waitMs: 10 }],
])('%s', (_, at, speed, expected) => {
  expect(nextFrame(lines, at, speed)).toEqual(expected);
});
