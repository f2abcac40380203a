/** The file of signed heads beside the database: a tail cut off is seen, a forged line not believed. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANCHOR_FILE } from './anchors.ts';
import { acceptCut } from './backup.ts';
import type { SignedHead } from './contract.ts';
import { KEY_FILE } from './device-key.ts';
import { aDay, anchors, cutAfter, forge, open, rewriteAnchors } from './heads.fixture.ts';
import { checkInvariants } from './invariants.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const SEED = Number(process.env.SEED ?? 20261123);
const FLIPS = process.env.YIKE_DEEP ? 2000 : 100;

let dir: string;
let free: () => void;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

describe('a tail cut off', () => {
  test('below the newest anchor is seen: the store does not open, the verifier says where', () => {
    const { seq } = aDay(dir);
    cutAfter(dir, seq);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      firstBadSeq: seq + 1,
      reason: { en: expect.stringMatching(/shorter/) },
    });
    expect(checkInvariants(dir).violations).toContainEqual({
      invariant: 'INV-L2',
      detail: expect.stringContaining('shorter'),
    });
    expect(() => open(dir, 'b')).toThrow(expect.objectContaining({ code: 'TAIL_CUT' }));
  });

  test('is seen from the database alone where its own heads were left', () => {
    const { seq } = aDay(dir);
    rmSync(join(dir, ANCHOR_FILE));
    cutAfter(dir, seq, false);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/shorter/) },
    });
    expect(() => open(dir, 'b')).toThrow(expect.objectContaining({ code: 'TAIL_CUT' }));
  });

  test('above the newest anchor cannot be seen here, and the report says how far it vouches', () => {
    const ledger = open(dir, 'a');
    ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
    const { seq } = ledger.signHead('asked');
    shop.carryOut(ledger, 'sale-a', {
      kind: 'start',
      saleId: 'sale-a',
      laneId: 'lane-1',
      priceBookVersion: 1,
    });
    forge(dir, "DELETE FROM events WHERE subject = 'sale-a'; DELETE FROM open_sales");
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true, anchoredSeq: seq });
    ledger.close();
  });

  test('and other events put in its place are seen', () => {
    const { seq } = aDay(dir);
    const file = readFileSync(join(dir, ANCHOR_FILE), 'utf8');
    cutAfter(dir, seq);
    rmSync(join(dir, ANCHOR_FILE));
    const again = open(dir, 'b');
    while (again.head().seq < 40) shop.sellApples(again, `other-${again.head().seq}`);
    again.close();
    writeFileSync(join(dir, ANCHOR_FILE), file);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/hash differs/) },
    });
  });

  test('goes on as a new epoch once a person accepted it, which stays on record', () => {
    const { seq } = aDay(dir);
    const last = anchors(dir).at(-1)?.seq ?? 0;
    // The projections are those of the first sale, as a real restart would have left them.
    forge(
      dir,
      `DELETE FROM events WHERE seq > ${seq}; DELETE FROM heads WHERE seq > ${seq};
       DELETE FROM completed_sales WHERE sale_id = 'sale-b';
       UPDATE day_items SET pieces = pieces / 2, grams = grams / 2, amount_fen = amount_fen / 2, sales = 1;
       UPDATE stock SET pieces = pieces / 2, grams = grams / 2`,
    );
    expect(acceptCut(dir)).toEqual({
      epoch: 2,
      cause: 'accepted-cut',
      epochBefore: 1,
      anchoredSeq: last,
    });
    const ledger = open(dir, 'b');
    expect(ledger.readAfter(seq, 1)[0]?.record).toContain('"epoch":2');
    expect(ledger.tail(2).map(({ type }) => type)).toEqual(['Restored', 'Booted']);
    shop.sellApples(ledger, 'sale-c');
    ledger.close();
    open(dir, 'c').close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, epoch: 2, anchored: true });
    expect(checkInvariants(dir).violations).toEqual([]);
  });

  test('is nothing that can be accepted where there is no ledger', () => {
    expect(() => acceptCut(dir)).toThrow(expect.objectContaining({ code: 'NO_LEDGER' }));
  });
});

describe('the anchor file', () => {
  test.each<[string, (heads: SignedHead[]) => void, RegExp]>([
    ['a sum was lowered', (heads) => (heads[0]!.soldFen = 1), /signature/],
    ['a seq was moved', (heads) => (heads[0]!.seq += 1), /signature/],
    ['a reason was changed', (heads) => (heads[0]!.reason = 'count'), /signature/],
    ['a signature was forged', (heads) => (heads[0]!.signature = 'A'.repeat(86)), /signature/],
    ['another key signed', (heads) => (heads[1]!.key = heads[1]!.signature), /signature/],
    ['a later epoch was made up', (heads) => (heads[0]!.epoch = 2), /signature/],
    ['another store was named', (heads) => (heads[0]!.store = 'store-2'), /signature/],
  ])('is not believed where %s; the store still opens', (_, change, reason) => {
    aDay(dir);
    const heads = anchors(dir);
    change(heads);
    rewriteAnchors(dir, heads);
    expect(verifyLedger(dir)).toMatchObject({ ok: false, reason: { en: reason } });
    open(dir, 'b').close();
  });

  test('is not believed with a line that cannot be read', () => {
    aDay(dir);
    for (const odd of ['receipts', 'null', '{"seq":"1"}']) {
      writeFileSync(join(dir, ANCHOR_FILE), `${odd}\n`);
      expect(verifyLedger(dir)).toMatchObject({
        ok: false,
        reason: { en: expect.stringMatching(/line 1/) },
      });
    }
    open(dir, 'b').close();
  });

  test('lost is a warning, and stays one after the next opening', () => {
    aDay(dir);
    rmSync(join(dir, ANCHOR_FILE));
    expect(verifyLedger(dir)).toMatchObject({
      ok: true,
      anchored: false,
      warnings: [{ en: expect.stringMatching(/missing/) }],
    });
    open(dir, 'b').close();
    expect(verifyLedger(dir)).toMatchObject({
      ok: true,
      anchored: true,
      warnings: [{ en: expect.stringMatching(/1 signed heads are not in/) }],
    });
  });

  test('or the key with any bit flipped is found or harmless, and never thrown', () => {
    aDay(dir);
    const { headHash } = verifyLedger(dir);
    let state = SEED;
    const random = (below: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * below);
    };
    for (const [name, least] of [
      [ANCHOR_FILE, 0.9],
      [KEY_FILE, 0.4],
    ] as const) {
      const whole = readFileSync(join(dir, name));
      let found = 0;
      for (let flip = 0; flip < FLIPS; flip += 1) {
        const damaged = Buffer.from(whole);
        const at = random(damaged.length);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
        writeFileSync(join(dir, name), damaged);
        const report = verifyLedger(dir);
        if (report.ok) expect(report.headHash, `bit of byte ${at}, SEED=${SEED}`).toBe(headHash);
        else found += 1;
      }
      expect(found / FLIPS, `${name}, SEED=${SEED}`).toBeGreaterThan(least);
      writeFileSync(join(dir, name), whole);
    }
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
  }, 60_000);

  test('with a line torn by a power cut is whole again after the next', () => {
    aDay(dir);
    const before = anchors(dir);
    appendFileSync(join(dir, ANCHOR_FILE), '{"store":"store-1","epo');
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
    open(dir, 'b').close();
    expect(anchors(dir).slice(0, before.length)).toEqual(before);
    expect(verifyLedger(dir)).toMatchObject({ ok: true });
  });
});
