import { describe, expect, it } from 'vitest';
import type { PayChannel } from '../events.ts';
import { type Tender, type TenderProgress, type TenderState, tenderPlan } from './tender.ts';

const tender = (state: TenderState, channel: PayChannel = 'wechat'): Tender => ({
  tenderId: 'tender-1',
  terminalId: 'pay-1',
  channel,
  amountFen: 100,
  orderNo: 'order-1',
  codeTail: '4321',
  state,
});

const query = (inMs: number) => ({ act: 'query', inMs });
const reverse = (inMs: number) => ({ act: 'reverse', inMs });
const waiting = { kind: 'waiting' } as const;
const silence = { kind: 'unknown' } as const;
const notFoundAt = (askedSinceIntentMs?: number) =>
  ({
    kind: 'not-found',
    ...(askedSinceIntentMs === undefined ? {} : { askedSinceIntentMs }),
  }) as const;

describe('a payment without an outcome', () => {
  it.each<[string, PayChannel, TenderProgress, object]>([
    ['is asked about after five seconds', 'wechat', { sinceIntentMs: 0, attempts: 0 }, query(5000)],
    ['at once where that has passed', 'wechat', { sinceIntentMs: 9000, attempts: 0 }, query(0)],
    [
      'every five seconds while nothing is known',
      'wechat',
      { sinceIntentMs: 10_000, attempts: 2, lastAnswer: silence },
      query(5000),
    ],
    [
      'every ten while the payer types a password (WeChat)',
      'wechat',
      { sinceIntentMs: 10_000, attempts: 2, lastAnswer: waiting },
      query(10_000),
    ],
    [
      'every five while the payer types a password (Alipay)',
      'alipay',
      { sinceIntentMs: 10_000, attempts: 2, lastAnswer: waiting },
      query(5000),
    ],
    [
      'one last time at the limit',
      'wechat',
      { sinceIntentMs: 43_000, attempts: 5, lastAnswer: waiting },
      query(2000),
    ],
    [
      'is given up after 45 s (WeChat)',
      'wechat',
      { sinceIntentMs: 45_000, attempts: 6 },
      reverse(0),
    ],
    [
      'not while the payer types, for as long as the store allows',
      'wechat',
      { sinceIntentMs: 112_000, attempts: 13, lastAnswer: waiting, payerMs: 120_000 },
      query(8000),
    ],
    [
      'and no longer',
      'alipay',
      { sinceIntentMs: 120_000, attempts: 23, lastAnswer: waiting, payerMs: 120_000 },
      reverse(0),
    ],
    [
      'in time where nothing is known, whatever the store allows',
      'wechat',
      { sinceIntentMs: 45_000, attempts: 6, lastAnswer: silence, payerMs: 120_000 },
      reverse(0),
    ],
    ['is never given up unasked', 'wechat', { sinceIntentMs: 90_000, attempts: 0 }, query(0)],
    ['not yet after 45 s (Alipay)', 'alipay', { sinceIntentMs: 45_000, attempts: 6 }, query(5000)],
    [
      'is given up after 60 s (Alipay)',
      'alipay',
      { sinceIntentMs: 60_000, attempts: 9 },
      reverse(0),
    ],
    [
      'not found early may still arrive',
      'wechat',
      { sinceIntentMs: 30_000, attempts: 5, lastAnswer: notFoundAt(29_000) },
      query(5000),
    ],
    [
      'not found, asked at 44 s, is reversed to be sure',
      'wechat',
      { sinceIntentMs: 46_000, attempts: 5, lastAnswer: notFoundAt(44_000) },
      reverse(0),
    ],
    [
      'not found after 45 s never happened',
      'wechat',
      { sinceIntentMs: 46_000, attempts: 6, lastAnswer: notFoundAt(45_000) },
      { act: 'decline' },
    ],
    ['is asked about at once after a reboot', 'wechat', { attempts: 0 }, query(0)],
    ['then every five seconds', 'wechat', { attempts: 3, lastAnswer: notFoundAt() }, query(5000)],
    [
      'and given up after nine questions',
      'wechat',
      { attempts: 9, lastAnswer: silence },
      reverse(0),
    ],
    [
      'or believed lost after ten not founds',
      'alipay',
      { attempts: 10, lastAnswer: notFoundAt() },
      { act: 'decline' },
    ],
  ])('%s', (_, channel, progress, plan) => {
    expect(tenderPlan(tender('requested', channel), progress)).toEqual(plan);
    expect(tenderPlan(tender('unknown', channel), progress)).toEqual(plan);
  });
});

describe('a reversal', () => {
  it.each<[string, TenderProgress, object]>([
    ['waits until 15 s after the charge', { sinceIntentMs: 4000, attempts: 0 }, reverse(11_000)],
    ['goes out at once after that', { sinceIntentMs: 20_000, attempts: 0 }, reverse(0)],
    ['waits 15 s after a reboot', { attempts: 0 }, reverse(15_000)],
    ['is repeated after five seconds', { sinceIntentMs: 21_000, attempts: 1 }, reverse(5000)],
    ['then after ten', { attempts: 2 }, reverse(10_000)],
    ['never more than five minutes later', { sinceIntentMs: 1e7, attempts: 50 }, reverse(300_000)],
    [
      'of an order never heard of is not over before 45 s',
      { sinceIntentMs: 50_000, attempts: 3, lastAnswer: notFoundAt(44_000) },
      reverse(20_000),
    ],
    [
      'of an order never heard of is over after 45 s',
      { attempts: 4, lastAnswer: notFoundAt(45_000) },
      { act: 'decline' },
    ],
    ['is never early, even repeated', { sinceIntentMs: 2000, attempts: 1 }, reverse(13_000)],
  ])('%s', (_, progress, plan) => {
    expect(tenderPlan(tender('reversing'), progress)).toEqual(plan);
  });
});

it.each<TenderState>(['captured', 'declined', 'reversed'])(
  'a %s payment needs nothing',
  (state) => {
    expect(tenderPlan(tender(state), { sinceIntentMs: 1e6, attempts: 0 })).toEqual({ act: 'wait' });
  },
);
