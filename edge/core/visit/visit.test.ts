/** What may follow what in a visit; told as a table, and folded from its own events. */
import { describe, expect, it } from 'vitest';
import {
  decideVisit,
  evolveVisit,
  pendingOf,
  type VisitCommand,
  type VisitState,
} from './visit.ts';
import { holdRefused, VISIT_REFUSALS } from './visit-refusals.ts';

const start: VisitCommand = {
  kind: 'start',
  visitId: 'visit-1',
  cabinetId: 'cabinet-1',
  purpose: 'shop',
  payer: { kind: 'code', tail: '0001' },
  priceBookVersion: 1,
  planogramVersion: 1,
  hold: { orderNo: 'W1', amountFen: 20_000 },
};
const held: VisitCommand = { kind: 'hold-placed', orderNo: 'W1', amountFen: 20_000 };
const unlock: VisitCommand = { kind: 'unlock', unlockId: 'u1', lockNumber: 1, weights: [] };
const openDoor: VisitCommand = { kind: 'door-opened', monoMs: 10 };
const shutDoor: VisitCommand = { kind: 'door-shut', monoMs: 20 };
const rested: VisitCommand = { kind: 'rested', weights: [] };
const count = {
  solver: 'x',
  taken: [],
  probabilityBp: 10_000,
  putBacks: [],
  stray: [],
  foreign: false,
  weighed: [],
  steps: [],
};
const settle: VisitCommand = { kind: 'settle', bill: { saleId: 's1', totalFen: 500 }, count };
const review: VisitCommand = { kind: 'ask-review', reasons: ['unsure'], count };

function told(...commands: VisitCommand[]): VisitState | undefined {
  return commands.reduce<VisitState | undefined>((state, command) => {
    const decided = decideVisit(state, command);
    if (!decided.ok) throw new Error(decided.refusal.code);
    return decided.value.reduce<VisitState | undefined>(evolveVisit, state);
  }, undefined);
}
const codeOf = (state: VisitState | undefined, command: VisitCommand) => {
  const decided = decideVisit(state, command);
  return decided.ok ? decided.value.map(({ type }) => type) : decided.refusal.code;
};

describe('a visit', () => {
  it('goes from the code to the bill, and says what it waits for', () => {
    const path = [start, held, unlock, openDoor, shutDoor, rested, settle];
    const waits = path.map((_, n) => pendingOf(told(...path.slice(0, n + 1))!)?.kind);
    expect(waits).toEqual([
      'ask-hold',
      'arm',
      'watch-door',
      'watch-door',
      'await-rest',
      'count',
      undefined,
    ]);
    expect(told(...path)).toMatchObject({ phase: 'settled', bill: { saleId: 's1' } });
  });

  it.each<[string, VisitCommand[], VisitCommand, unknown]>([
    ['no pulse without the money', [start], unlock, 'HOLD_MISSING'],
    ['no second pulse', [start, held, unlock], unlock, 'VISIT_MOVED_ON'],
    ['no second shopper', [start, held, unlock], start, 'CABINET_BUSY'],
    ['nothing before the start', [], openDoor, 'VISIT_UNKNOWN'],
    ['no bill before the count', [start, held, unlock, openDoor], settle, 'VISIT_MOVED_ON'],
    [
      'no second bill',
      [start, held, unlock, openDoor, shutDoor, rested, settle],
      settle,
      'VISIT_MOVED_ON',
    ],
    [
      'a review ends with a bill',
      [start, held, unlock, openDoor, shutDoor, rested, review],
      {
        kind: 'decide-review',
        by: 'li',
        note: '',
        taken: [],
        bill: { saleId: 's2', totalFen: 100 },
      },
      ['ReviewDecided'],
    ],
    [
      'a door that did not quite shut',
      [start, held, unlock, openDoor, shutDoor],
      openDoor,
      ['DoorOpened'],
    ],
    [
      'the same doubt is said once',
      [start, held, unlock, { kind: 'doubt', reason: 'power-cut' }],
      { kind: 'doubt', reason: 'power-cut' },
      [],
    ],
  ])('%s', (_, before, command, expected) => {
    expect(codeOf(told(...before), command)).toEqual(expected);
  });

  it('says every refusal in both languages', () => {
    for (const [code, texts] of Object.entries(VISIT_REFUSALS))
      for (const { zh, en } of texts)
        expect([code, /\p{Script=Han}/u.test(zh), /[a-z]/.test(en)]).toEqual([code, true, true]);
  });
});

it.each([
  ['NOTENOUGH', 'PAYER_NO_MONEY'],
  ['PAYER_BALANCE_NOT_ENOUGH', 'PAYER_NO_MONEY'],
  ['AUTH_CODE_INVALID', 'PAYER_CODE_EXPIRED'],
  ['AUTH_CODE_ERROR', 'PAYER_CODE_EXPIRED'],
  ['PAYMENT_AUTH_CODE_INVALID', 'PAYER_CODE_EXPIRED'],
  ['CONTRACT_NOT_EXIST', 'AGREEMENT_ENDED'],
  ['PAYER_USER_STATUS_LIMIT', 'PAYER_REFUSED'],
])('an acquirer that says %s is told to the payer as %s', (reason, code) => {
  expect(holdRefused(reason)).toMatchObject({ code, detail: { reason } });
});
