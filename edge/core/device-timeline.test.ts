import { expect, it } from 'vitest';
import { type Moment, timelineOf } from './device-timeline.ts';

const m = (wallMs: number, state: Moment['state'], reason?: string): Moment => ({
  wallMs,
  state,
  ...(reason && { reason }),
});

it.each<[string, Moment[], [number, number, string][], [number, number | undefined, string?][]]>([
  ['nothing known', [], [], []],
  ['all day well', [m(0, 'ok')], [[100, 200, 'ok']], []],
  [
    'one outage, with a flutter in it',
    [m(50, 'ok'), m(120, 'offline', 'NO_REPLY'), m(125, 'starting'), m(130, 'fault'), m(140, 'ok')],
    [
      [100, 120, 'ok'],
      [120, 125, 'offline'],
      [125, 130, 'starting'],
      [130, 140, 'fault'],
      [140, 200, 'ok'],
    ],
    [[120, 140, 'NO_REPLY']],
  ],
  [
    'an outage that lasts, over a stop of the controller',
    [m(90, 'offline', 'PORT_MISSING'), m(150, 'stopped'), m(160, 'offline', 'PORT_MISSING')],
    [
      [100, 150, 'offline'],
      [150, 160, 'unknown'],
      [160, 200, 'offline'],
    ],
    [[90, undefined, 'PORT_MISSING']],
  ],
  [
    'switched off by a person is the end of an outage',
    [m(110, 'offline', 'NO_REPLY'), m(120, 'disabled', 'DISABLED_BY')],
    [
      [110, 120, 'offline'],
      [120, 200, 'disabled'],
    ],
    [[110, 120, 'NO_REPLY']],
  ],
  ['what was over before the day began', [m(10, 'offline'), m(20, 'ok')], [[100, 200, 'ok']], []],
])('%s', (_, moments, segments, outages) => {
  const told = timelineOf(moments, 100, 200);
  expect(told.segments.map((s) => [s.fromWallMs, s.toWallMs, s.state])).toEqual(segments);
  expect(told.outages.map((o) => [o.fromWallMs, o.toWallMs, o.reason])).toEqual(
    outages.map(([from, to, reason]) => [from, to, reason]),
  );
});
