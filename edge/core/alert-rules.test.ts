/** When a condition becomes an alert, when it is told again, when it is over. */
import { describe, expect, it } from 'vitest';
import {
  type AlertState,
  lookForAlerts,
  type Message,
  NO_ALERTS,
  nextLookMs,
} from './alert-rules.ts';
import type { AlertRule, Condition, Mute } from './views/alert-views.ts';

const RULE: AlertRule = {
  ...{ id: 'r', name: 'r', on: true, codes: [], least: 'bad' },
  ...{ holdSeconds: 10, repeatMinutes: 5, channels: ['webhook'] },
};
const DOWN: Condition = {
  key: 'device:scale-1:NO_REPLY',
  code: 'NO_REPLY',
  severity: 'bad',
  subject: 'scale-1',
  text: { zh: '没有回应', en: 'silent' },
};

/** Seconds → what is so from then on; the messages, as `second kind`. */
function tell(
  course: Record<number, Condition[]>,
  untilSeconds: number,
  { rules = [RULE], mutes = [] }: { rules?: AlertRule[]; mutes?: Mute[] } = {},
): string[] {
  let state: AlertState = NO_ALERTS;
  let conditions: Condition[] = [];
  let ids = 0;
  const heard: string[] = [];
  for (let second = 0; second <= untilSeconds; second += 1) {
    conditions = course[second] ?? conditions;
    const at = { monoMs: second * 1000, wallMs: 1_000_000 + second * 1000 };
    const input = { conditions, rules, mutes, ...at, newId: () => `a${++ids}` };
    const turn = lookForAlerts(state, input);
    heard.push(...turn.messages.map((each: Message) => `${second} ${each.kind} ${each.channels}`));
    state = turn.state;
  }
  return heard;
}

describe('a condition', () => {
  it.each<[string, Record<number, Condition[]>, number, string[]]>([
    ['is told once it held for ten seconds', { 0: [DOWN] }, 60, ['10 raised webhook']],
    ['of nine seconds is a blip', { 0: [DOWN], 9: [] }, 60, []],
    ['that comes and goes never holds', { 0: [DOWN], 9: [], 10: [DOWN], 19: [] }, 60, []],
    [
      'that is over is told as over',
      { 0: [DOWN], 20: [] },
      60,
      ['10 raised webhook', '30 cleared webhook'],
    ],
    ['gone for a moment is not over', { 0: [DOWN], 20: [], 25: [DOWN] }, 60, ['10 raised webhook']],
    [
      'is told again every five minutes',
      { 0: [DOWN] },
      620,
      ['10 raised webhook', '310 again webhook', '610 again webhook'],
    ],
    ['of less weight is left alone', { 0: [{ ...DOWN, severity: 'warn' }] }, 60, []],
  ])('%s', (_, course, seconds, heard) => expect(tell(course, seconds)).toEqual(heard));

  it.each<[string, Partial<AlertRule>[], string[]]>([
    [
      'is told by every rule’s way, once',
      [{}, { channels: ['mqtt', 'webhook'] }],
      ['10 raised webhook,mqtt'],
    ],
    ['follows the shortest hold', [{ holdSeconds: 30 }, { holdSeconds: 3 }], ['3 raised webhook']],
    ['of another code is not meant', [{ codes: ['PAPER_OUT'] }], []],
    ['of this code is meant', [{ codes: ['NO_REPLY'], repeatMinutes: 0 }], ['10 raised webhook']],
    ['is not told by a rule that is off', [{ on: false }], []],
  ])('%s', (_, rules, heard) => {
    expect(tell({ 0: [DOWN] }, 60, { rules: rules.map((each) => ({ ...RULE, ...each })) })).toEqual(
      heard.map((each) => each),
    );
  });

  it.each(['*', 'NO_REPLY', 'device:scale-1:NO_REPLY'])(
    'muted by %j is told when the mute is over',
    (what) => {
      const mutes = [{ what, untilWallMs: 1_000_000 + 120_000, by: '李' }];
      expect(tell({ 0: [DOWN] }, 200, { mutes })).toEqual(['120 raised webhook']);
      expect(tell({ 0: [DOWN], 60: [] }, 200, { mutes })).toEqual([]);
    },
  );

  it('asks to be looked at again only while something can come of it', () => {
    const input = {
      ...{ conditions: [], rules: [RULE], mutes: [], monoMs: 0, wallMs: 0, newId: () => 'a' },
    };
    expect(nextLookMs(NO_ALERTS, input)).toBeUndefined();
    const { state } = lookForAlerts(NO_ALERTS, { ...input, conditions: [DOWN] });
    expect(nextLookMs(state, input)).toBe(1000);
    const mutes = [{ what: '*', untilWallMs: 5000, by: '' }];
    expect(nextLookMs(NO_ALERTS, { ...input, mutes })).toBe(5000);
  });
});
