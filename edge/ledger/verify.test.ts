import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from './contract.ts';
import { LEDGER_FILE } from './database.ts';
import { forge } from './heads.fixture.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let dir: string;
let free: () => void;
let ledger: Ledger;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
  ledger = openLedger(shop.ledgerOptions(dir));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  const label = shop.label('label-1', shop.APPLE, 616);
  ledger.append({ source: 'counter-1', events: [{ type: 'LabelIssued', body: { label } }] });
  shop.sellApples(ledger, 'sale-a');
  shop.carryOut(ledger, 'sale-b', {
    kind: 'start',
    saleId: 'sale-b',
    laneId: 'lane-1',
    priceBookVersion: 1,
  });
});
afterEach(() => {
  ledger.close();
  free();
});

/** A person with a SQL shell: another connection, with SQLite's own defaults. */
function shell<T>(work: (db: Database.Database) => T): T {
  const db = new Database(join(dir, LEDGER_FILE));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

test('a store in the middle of selling is found in order, and says how far it goes', () => {
  const { seq, hash } = ledger.head();
  expect(verifyLedger(dir)).toEqual({
    events: seq,
    ok: true,
    epoch: 1,
    headSeq: seq,
    headHash: hash,
    anchored: false,
    deviceKey: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
});

test('a directory without a ledger is told apart from an empty one', () => {
  ledger.close();
  rmSync(join(dir, LEDGER_FILE));
  expect(verifyLedger(dir)).toMatchObject({
    ok: false,
    events: 0,
    reason: { en: expect.stringMatching(/no ledger/) },
  });
  expect(() => rebuildAndCompare(dir, shop.localDay)).toThrow(
    expect.objectContaining({ code: 'NOT_WRITABLE' }),
  );
});

describe('nobody changes what was recorded', () => {
  test.each([
    ["UPDATE events SET source = 'me' WHERE seq = 3", /UPDATE refused/],
    ['DELETE FROM events WHERE seq = 3', /DELETE refused/],
    ['DELETE FROM events', /DELETE refused/],
    ["INSERT INTO events SELECT 99, 't', 's', '', 'x', 'r', hash FROM events LIMIT 1", /next one/],
    [
      `INSERT INTO events SELECT * FROM events WHERE seq = 3
       ON CONFLICT (seq) DO UPDATE SET source = 'me'`,
      /next one/,
    ],
    ['INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 3', /next one/],
    ["INSERT INTO events VALUES (0, 't', 's', '', 'x', 'r', 'h')", /next one/],
  ])('with %s', (sql, refusal) => {
    expect(() => shell((db) => db.exec(sql))).toThrow(refusal);
    expect(verifyLedger(dir)).toMatchObject({ ok: true });
  });

  test('unnoticed, by taking the guards away', () => {
    shell((db) => db.exec('DROP TRIGGER events_are_never_changed'));
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/guards were changed/) },
    });
    ledger.close();
    const ids = shop.countingIds('again');
    expect(() => openLedger(shop.ledgerOptions(dir, { ids }))).toThrow(
      expect.objectContaining({ code: 'CORRUPT' }),
    );
  });
});

describe('the verifier names the event', () => {
  test.each<[string, number, string, RegExp]>([
    ['an amount was lowered', 5, "record = replace(record, '732', '132')", /hash/],
    ['its hash was changed', 6, "hash = substr(hash, 2) || 'x'", /hash/],
    ['its source column was changed', 4, "source = 'lane-9'", /columns/],
    ['its subject column was changed', 5, "subject = 'sale-z'", /columns/],
    ['its type column was changed', 4, "type = 'ReceiptPrinted'", /columns/],
    ['its transaction column was changed', 4, "tx = 'tx-0'", /columns/],
    ['its record is no JSON', 4, "record = '{'", /hash/],
  ])('where %s', (_, seq, change, reason) => {
    const row = () => shell((db) => db.prepare('SELECT * FROM events WHERE seq = ?').get(seq));
    const before = row();
    forge(dir, `UPDATE events SET ${change} WHERE seq = ${seq}`);
    expect(row(), 'the forgery must have changed something').not.toEqual(before);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      firstBadSeq: seq,
      reason: { en: expect.stringMatching(reason) },
    });
  });

  test('where one was taken out of the middle', () => {
    forge(dir, 'DELETE FROM events WHERE seq = 5');
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      firstBadSeq: 5,
      reason: { en: expect.stringMatching(/missing/) },
    });
  });

  /** Rewrites one record and its hash, as somebody would who knows the format. */
  function rehash(seq: number, change: (record: Record<string, unknown>) => void): void {
    const record = JSON.parse(ledger.readAfter(seq - 1, 1)[0]?.record ?? '');
    change(record);
    const text = JSON.stringify(record);
    const hash = createHash('sha256').update(text).digest('hex');
    forge(
      dir,
      `UPDATE events SET record = '${text.replaceAll("'", "''")}', hash = '${hash}',
       type = '${record.type}', tx = '${record.tx}' WHERE seq = ${seq}`,
    );
  }

  test.each<[string, number, number, (record: Record<string, unknown>) => void, RegExp]>([
    ['a forger recomputed its own hash only', 6, 7, (r) => (r.wallMs = 1), /chain/],
    ['it names another store', 11, 11, (r) => (r.store = 'store-2'), /store id/],
    ['its epoch goes back', 11, 11, (r) => (r.epoch = 0), /epoch/],
    ['it comes from a boot nobody recorded', 11, 11, (r) => (r.boot = 'boot-9'), /boot/],
    ['monotonic time goes back', 11, 11, (r) => (r.monoMs = -1), /Monotonic/],
    ['its type is unknown', 11, 11, (r) => (r.type = 'MoneyFound'), /agreed form/],
    ['its shape is of another version', 11, 11, (r) => (r.v = 2), /agreed form/],
    ['it carries a key too many', 11, 11, (r) => (r.note = 'x'), /agreed form/],
    ['one decision is torn apart', 13, 1, (r) => (r.tx = 'tx-2'), /torn apart/],
  ])('where %s', (_, seq, bad, change, reason) => {
    rehash(seq, change);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      firstBadSeq: bad,
      reason: { en: expect.stringMatching(reason) },
    });
  });
});

describe('the verifier compares every table with the events', () => {
  test.each([
    ["UPDATE stock SET grams = grams + 1 WHERE sku = 'apple'", 'stock'],
    ["DELETE FROM stock WHERE sku = 'water'", 'stock'],
    ['UPDATE completed_sales SET total_fen = 1', 'completed_sales'],
    ['DELETE FROM completed_sales', 'completed_sales'],
    ['UPDATE day_items SET amount_fen = amount_fen - 1', 'day_items'],
    ["UPDATE labels SET state = 'sold'", 'labels'],
    ['DELETE FROM open_sales', 'open_sales'],
    ["INSERT INTO open_sales VALUES ('sale-q', 1, 1, 'lane-1', 1, 'open', 0, 0)", 'open_sales'],
  ])('%s', (sql, table) => {
    shell((db) => db.exec(sql));
    expect(verifyLedger(dir)).toMatchObject({ ok: false });
    const differing = rebuildAndCompare(dir, shop.localDay);
    expect(differing.map((difference) => difference.table)).toEqual([table]);
  });

  test('a sale cannot be moved to an impossible day', () => {
    shell((db) =>
      db.exec(
        "UPDATE completed_sales SET day = '2026-11-20'; UPDATE day_items SET day = '2026-11-20'",
      ),
    );
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/day of the sale/) },
    });
  });

  test.each([
    ['store', 'store-2'],
    ['epoch', '7'],
  ])('and the ledger is not passed off under %s %s', (key, value) => {
    shell((db) => db.prepare('UPDATE meta SET value = ? WHERE key = ?').run(value, key));
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/Store or epoch/) },
    });
  });
});

describe('a tail cut off', () => {
  /** Cuts the last events and everything the tables took from them. */
  function cutTail(): void {
    forge(dir, "DELETE FROM events WHERE subject = 'sale-b'; DELETE FROM open_sales");
  }

  test('cannot be seen from inside the file alone, so the report is not anchored', () => {
    cutTail();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: false });
  });

  test('below what head office acknowledged is seen', () => {
    ledger.setAcked(ledger.head().seq);
    const { seq } = ledger.head();
    cutTail();
    const report = verifyLedger(dir);
    expect(report).toMatchObject({
      ok: false,
      firstBadSeq: seq,
      reason: { en: expect.stringMatching(/shorter/) },
    });
  });
});

test('any flipped bit of the file is reported or harmless, and never thrown', () => {
  ledger.close();
  const file = join(dir, LEDGER_FILE);
  const whole = readFileSync(file);
  const hash = verifyLedger(dir).headHash;
  const seed = Number(process.env.SEED ?? 20261123);
  let state = seed;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  let found = 0;
  const flips = process.env.YIKE_DEEP ? 5000 : 150;
  for (let flip = 0; flip < flips; flip += 1) {
    const damaged = Buffer.from(whole);
    const at = random(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
    writeFileSync(file, damaged);
    const report = verifyLedger(dir);
    if (report.ok) expect(report.headHash, `bit of byte ${at}, SEED=${seed}`).toBe(hash);
    else found += 1;
  }
  expect(found, 'flips in rows are found').toBeGreaterThan(0);
  writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 2)));
  expect(verifyLedger(dir)).toMatchObject({ ok: false });
});

test('a copy of the files taken after a crash is verified without the store', () => {
  const copy = shop.temporaryDirectory();
  const { seq } = ledger.head();
  ledger.close();
  copyFileSync(join(dir, LEDGER_FILE), join(copy.dir, LEDGER_FILE));
  expect(verifyLedger(copy.dir)).toMatchObject({ ok: true, headSeq: seq });
  copy.free();
});
