/** What a terminal out of service says, and which other one it points to. */
import { expect, it } from 'vitest';
import type { Clock } from '../ports.ts';
import { closedView } from './closed.ts';
import { createOpenLanes } from './open-lanes.ts';

const reason = { zh: '停用', en: 'Shut' };
const clockAt = (monoMs: number, wallMs: number, unsure = false): Clock => ({
  monoMs: () => monoMs,
  wallMs: () => wallMs,
  wallQuality: () => (unsure ? 'unsure' : 'trusted'),
  after: () => () => {},
});
const said = (clock: Clock, elsewhere?: string) =>
  closedView(clock, { reason, sinceMonoMs: 4_000, elsewhere, phone: '' });

it.each([
  ['lane-2', '请使用 2 号自助收银机', 'Please use self-checkout 2'],
  ['kiosk12', '请使用 12 号自助收银机', 'Please use self-checkout 12'],
  ['door', '请使用自助收银机「door」', 'Please use self-checkout “door”'],
  [undefined, '请呼叫店员', 'Please call staff'],
])('it sends people to %s', (elsewhere, zh, en) => {
  expect(said(clockAt(9_000, 50_000), elsewhere).next).toEqual({ zh, en });
});

it('since when follows a clock that is set right, and is not told by one that is unsure', () => {
  expect(said(clockAt(9_000, 50_000)).sinceWallMs).toBe(45_000);
  expect(said(clockAt(9_000, 1_050_000)).sinceWallMs).toBe(1_045_000);
  expect(said(clockAt(9_000, 50_000, true))).not.toHaveProperty('sinceWallMs');
});

it.each<[string, string[], string, string | undefined]>([
  ['the one beside it', ['a', 'c', 'd'], 'b', 'a'],
  ['the nearer one', ['a', 'd'], 'c', 'd'],
  ['the only one', ['a'], 'd', 'a'],
  ['never itself', ['b'], 'b', undefined],
  ['none', [], 'a', undefined],
])('the nearest working lane is %s', (_, open, from, nearest) => {
  const lanes = createOpenLanes(['a', 'b', 'c', 'd']);
  for (const id of open) lanes.tell(id, true);
  expect(lanes.nearest(from)).toBe(nearest);
});

it('lanes hear of each change once', () => {
  const lanes = createOpenLanes(['a', 'b']);
  const heard: (string | undefined)[] = [];
  lanes.onChange(() => heard.push(lanes.nearest('b')));
  for (const open of [true, true, false, false, true]) lanes.tell('a', open);
  expect(heard).toEqual(['a', undefined, 'a']);
});
