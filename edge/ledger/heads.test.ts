/** When a head is signed and what it says; where a forged one in the database is found. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANCHOR_FILE, signedText } from './anchors.ts';
import { LEDGER_FILE } from './database.ts';
import { isSignedBy } from './device-key.ts';
import { aDay, anchors, forge, open } from './heads.fixture.ts';
import { SIGN_EVERY_EVENTS } from './heads.ts';
import { buildChild, CHILD } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let dir: string;
let free: () => void;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

/** A clock whose timers run when the test says so, as they do between two decisions. */
function handClock() {
  const due: (() => void)[] = [];
  const after = (_: number, fn: () => void) => {
    due.push(fn);
    return () => void due.splice(0, due.length, ...due.filter((each) => each !== fn));
  };
  const between = () => {
    for (const fn of due.splice(0)) fn();
  };
  const clock = { ...shop.testClock(), after };
  return { clock, between, due };
}

describe('a head is signed', () => {
  test('with what was sold and paid up to there, and says so in the file too', () => {
    const { seq, signature } = aDay(dir);
    const [first, last] = anchors(dir);
    expect(first).toMatchObject({ seq, signature, epoch: 1, sales: 1, soldFen: 1232 });
    expect(last).toMatchObject({ sales: 2, soldFen: 2464, capturedFen: 2464, reason: 'asked' });
    expect(isSignedBy(first?.key ?? '', signedText(first!), signature)).toBe(true);
  });

  test('after so many events, but never inside the decision itself', () => {
    const { clock, between, due } = handClock();
    const ledger = open(dir, 'a', { clock });
    while (due.length === 0) shop.sellApples(ledger, `sale-${ledger.head().seq}`);
    expect(ledger.head().seq).toBeGreaterThanOrEqual(SIGN_EVERY_EVENTS);
    expect(anchors(dir)).toEqual([]);
    between();
    expect(anchors(dir)).toMatchObject([{ seq: ledger.head().seq, reason: 'count' }]);
    shop.sellApples(ledger, 'sale-more');
    expect(due, 'and not again at once').toEqual([]);
    expect(ledger.health().signed).toEqual({ seq: anchors(dir)[0]?.seq });
    ledger.close();
  });

  test('when head office has acknowledged a batch', () => {
    const { clock, between } = handClock();
    const ledger = open(dir, 'a', { clock });
    for (let sale = 0; ledger.head().seq < 60; sale += 1) shop.sellApples(ledger, `sale-${sale}`);
    ledger.setAcked(40);
    between();
    expect(anchors(dir)).toMatchObject([{ seq: ledger.head().seq, reason: 'sync' }]);
    ledger.close();
  });

  test('once for the same event, however often it is asked', () => {
    const ledger = open(dir, 'a');
    const signed = ledger.signHead('asked');
    expect(ledger.signHead('day-close')).toEqual(signed);
    ledger.close();
    expect(anchors(dir)).toEqual([signed]);
  });

  test('and where the disk refuses the file, the store sells on and tries again', () => {
    const { clock, between } = handClock();
    const ledger = open(dir, 'a', { clock });
    mkdirSync(join(dir, ANCHOR_FILE));
    const sellUpTo = (seq: number) => {
      while (ledger.head().seq < seq) shop.sellApples(ledger, `sale-${ledger.head().seq}`);
    };
    sellUpTo(SIGN_EVERY_EVENTS);
    between();
    expect(ledger.health().signed.failure).toMatch(/NOT_WRITABLE/);
    expect(() => ledger.signHead('asked')).toThrow(
      expect.objectContaining({ code: 'NOT_WRITABLE' }),
    );
    rmdirSync(join(dir, ANCHOR_FILE));
    sellUpTo(ledger.head().seq + 1);
    between();
    expect(ledger.health().signed).toEqual({ seq: ledger.head().seq });
    ledger.close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
    expect(verifyLedger(dir)).not.toHaveProperty('warnings');
  });
});

describe('in the database', () => {
  test.each([
    ['UPDATE heads SET sold_fen = 1', /UPDATE refused/],
    ['DELETE FROM heads', /DELETE refused/],
  ])('%s is refused', (sql, refusal) => {
    aDay(dir);
    const db = new Database(join(dir, LEDGER_FILE));
    expect(() => db.exec(sql)).toThrow(refusal);
    db.close();
  });

  test.each([
    ['UPDATE heads SET sold_fen = sold_fen - 1', /signature/],
    ["UPDATE meta SET value = 'x' WHERE key = 'device_key.1'", /device key/],
    ["DELETE FROM meta WHERE key = 'device_key.1'", /signature/],
    ["UPDATE meta SET value = 'x' WHERE key = 'acked_hash'", /head office acknowledged/],
  ])('%s is found', (sql, reason) => {
    const ledger = open(dir, 'a');
    ledger.setAcked(1);
    ledger.signHead('asked');
    ledger.close();
    forge(dir, sql);
    expect(verifyLedger(dir)).toMatchObject({ ok: false, reason: { en: reason } });
  });
});

describe('killed', () => {
  beforeAll(buildChild);

  test.each(['head.before-commit', 'head.after-commit', 'head.after-anchor'])(
    'at %s, the next boot goes on and no signed head is missing',
    (moment) => {
      const child = spawnSync(process.execPath, [CHILD, dir, 'a', '5', moment]);
      expect(child.signal, String(child.stderr)).toBe('SIGKILL');
      expect(verifyLedger(dir), 'before anybody reopened it').toMatchObject({ ok: true });
      const [first, second] = [anchors(dir).length, moment === 'head.before-commit' ? 0 : 1];
      expect(first).toBe(moment === 'head.after-anchor' ? 2 : 1);
      const ledger = open(dir, 'b');
      shop.sellApples(ledger, 'sale-after');
      ledger.close();
      expect(anchors(dir)).toHaveLength(1 + second + 1);
      expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
      expect(verifyLedger(dir)).not.toHaveProperty('warnings');
    },
  );
});

describe('a ledger from before there were heads', () => {
  function older(): void {
    aDay(dir);
    shop.asBeforeHeads(dir);
  }

  test('is verified as it is', () => {
    older();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: false });
  });

  test.each(['migrate.4.before-commit', 'migrate.4.after-commit'])(
    'gets them at the next start, also one cut short at %s',
    (moment) => {
      older();
      const crashPoint = (name: string) => {
        if (name === moment) throw new Error('power cut');
      };
      expect(() => open(dir, 'a', { crashPoint })).toThrow('power cut');
      expect(verifyLedger(dir)).toMatchObject({ ok: true });
      const ledger = open(dir, 'b');
      shop.sellApples(ledger, 'sale-c');
      ledger.close();
      expect(anchors(dir)).toMatchObject([{ sales: 3 }]);
      expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
    },
  );
});
