/** Statements that cannot be read say where; those that can are held row by row. */
import { describe, expect, it } from 'vitest';
import { readStatement, reconcile } from './statement.ts';

const HEAD = '交易时间,交易状态,微信订单号,商户订单号,订单金额,商户退款单号,申请退款金额';

describe('a statement', () => {
  it.each([
    ['that is something else', 'hello', 1],
    ['with a column missing', '交易时间,微信订单号,商户订单号', 1],
    ['without a single row', HEAD, 1],
    ['with a state nobody knows', `${HEAD}\n\`2026-11-23,\`ODD,\`1,\`W1,\`1.00,\`,\`0.00`, 2],
    ['with a damaged amount', `${HEAD}\n\`2026-11-23,\`SUCCESS,\`1,\`W1,\`1.O0,\`,\`0.00`, 2],
  ])('%s is refused, and says where', (_, text, line) => {
    expect(readStatement(text)).toMatchObject({
      ok: false,
      refusal: { code: 'STATEMENT_UNREADABLE', detail: { line } },
    });
  });

  it('misses nothing near midnight, and nothing of another day', () => {
    const row = { what: 'paid', amountFen: 100, day: '2026-11-23', nearMidnight: false } as const;
    const books = [
      { ...row, number: 'W1' },
      { ...row, number: 'W2', nearMidnight: true },
      { ...row, number: 'W3', day: '2026-11-24' },
    ];
    expect(
      reconcile([{ what: 'paid', number: 'W3', amountFen: 100 }], books, ['2026-11-23']),
    ).toEqual({
      ...{ matched: 1, missingHere: [], differing: [], nearMidnight: 1 },
      missingThere: [{ what: 'paid', number: 'W1', hereFen: 100, thereFen: 0 }],
    });
  });
});
