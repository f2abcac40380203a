import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveLedger } from './archive-offline.ts';
import { backupLedger, restoreLedger } from './backup.ts';
import type { Ledger } from './contract.ts';
import { LEDGER_FILE } from './database.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

let dir: string;
let free: () => void;
let ledger: Ledger | undefined;
let run = 0;

beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => {
  ledger?.close();
  ledger = undefined;
  free();
});

function open(changes = {}): Ledger {
  run += 1;
  ledger = openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(`${run}-`), ...changes }));
  return ledger;
}

function close(): void {
  ledger?.close();
  ledger = undefined;
}

/** Twelve sales, a live label, a sale left open, all acknowledged and signed; then one more sale. */
function aDay(): void {
  const store = open();
  store.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  const label = shop.label('label-1', shop.PEAR, 500);
  store.append({ source: 'counter-1', events: [{ type: 'LabelIssued', body: { label } }] });
  shop.carryOut(store, 'sale-open', {
    kind: 'start',
    saleId: 'sale-open',
    laneId: 'lane-2',
    priceBookVersion: 1,
  });
  for (let n = 0; n < 12; n += 1) shop.sellApples(store, `sale-${n}`);
  store.setAcked(store.head().seq);
  store.signHead('asked');
  shop.sellApples(store, 'sale-last');
  close();
}

const everything = (store: Ledger) => ({
  events: store.readAfter(0, 1_000_000),
  some: store.readAfter(7, 50),
  tail: store.tail(60),
  first: store.about('sale-0'),
  sale: store.sale('sale-0'),
  open: store.sale('sale-open'),
  label: store.label('label-1'),
  live: store.liveLabels('2041310007322'),
  day: store.daySales(shop.localDay(shop.testClock().wallMs())),
});

const rowsInTable = (): number => {
  const db = new Database(join(dir, LEDGER_FILE), { readonly: true });
  const rows = Number(db.prepare('SELECT count(*) FROM events').pluck().get());
  db.close();
  return rows;
};

/** The ledger verifies, its projections can be made anew, no invariant is broken. */
function expectWhole(): void {
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
  expect(rebuildAndCompare(dir, shop.localDay)).toEqual([]);
  expect(checkInvariants(dir).violations).toEqual([]);
}

const segments = (): string[] => readdirSync(join(dir, 'archive')).sort();

describe('archived events', () => {
  test('leave the table and are read, verified, rebuilt and sold on as before', () => {
    aDay();
    const before = everything(open());
    close();
    const held = rowsInTable();
    const { events, segments: files, nextSeq } = archiveLedger(dir, { seq: 40 });
    expect({ events, files, nextSeq }).toEqual({ events: 39, files: 1, nextSeq: 40 });
    expect(archiveLedger(dir, { seq: 70 })).toMatchObject({ events: 30, segments: 1 });
    expect(rowsInTable()).toBe(held - 69);
    expectWhole();
    const store = open();
    const after = everything(store);
    expect({ ...after, events: after.events.slice(0, before.events.length), tail: 0 }).toEqual({
      ...before,
      tail: 0,
    });
    expect(store.tail(1000).map(({ seq }) => seq)).toEqual(
      Array.from({ length: store.head().seq }, (_, at) => at + 1),
    );
    expect(store.health().archived).toEqual({ seq: 69 });
    shop.sellApples(store, 'sale-after');
    shop.carryOut(store, 'sale-open', {
      kind: 'add-item',
      lineId: 'late',
      item: shop.WATER,
      quantity: 1,
      choice: { by: 'scan' },
    });
    expect(store.sale('sale-open')?.lines).toHaveLength(1);
    close();
    expectWhole();
  });

  test('are text that zcat shows, a title and a record a line', () => {
    aDay();
    archiveLedger(dir, { seq: 31 });
    const text = gunzipSync(readFileSync(join(dir, 'archive', segments()[0] ?? ''))).toString();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(31);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ firstSeq: 1, lastSeq: 30 });
    expect(JSON.parse(lines[30] ?? '')).toMatchObject({ seq: 30, prev: '' });
  });

  test('are at most what head office holds and a signed head is past', () => {
    aDay();
    const acked = Number(open().acked());
    close();
    expect(archiveLedger(dir, { seq: 1e9 })).toMatchObject({ nextSeq: acked, keepFromSeq: acked });
    expect(archiveLedger(dir, { seq: 1e9 })).toMatchObject({ events: 0, segments: 0 });
    expectWhole();
  });

  test('go by the date too', () => {
    aDay();
    const wallMs = shop.testClock().wallMs();
    expect(archiveLedger(dir, { wallMs })).toMatchObject({ events: 0 });
    expect(archiveLedger(dir, { wallMs: wallMs + 1 }).events).toBeGreaterThan(50);
    expectWhole();
  });

  test('not acknowledged, none goes', () => {
    shop.sellApples(open(), 'sale-1');
    close();
    expect(archiveLedger(dir, { seq: 1e9 })).toMatchObject({ events: 0, keepFromSeq: 0 });
    expect(existsSync(join(dir, 'archive'))).toBe(false);
  });

  test('go by themselves at an opening after the retention', () => {
    const store = open();
    for (let n = 0; n < 600; n += 1) shop.sellApples(store, `sale-${n}`);
    store.setAcked(store.head().seq);
    close();
    open({ keepMs: 1000 });
    expect(ledger?.health().archived.seq, 'too young').toBe(0);
    close();
    const later = shop.testClock();
    later.advance(5000);
    open({ keepMs: 1000, clock: later });
    expect(ledger?.health().archived).toEqual({ seq: 4000 });
    expect(ledger?.sale('sale-3')?.phase).toBe('completed');
    close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true });
  });

  test('the table shrinks and the segments are small', () => {
    const store = open();
    for (let n = 0; n < 300; n += 1) shop.sellApples(store, `sale-${n}`);
    store.setAcked(store.head().seq);
    close();
    const file = join(dir, LEDGER_FILE);
    const before = statSync(file).size;
    const { bytes } = archiveLedger(dir, { seq: 1e9 });
    expect(statSync(file).size).toBeLessThan(before / 2);
    expect(bytes).toBeLessThan(before / 5);
  });
});

describe('killed while archiving', () => {
  const points = ['written', 'renamed', 'verified', 'before-commit', 'after-commit'];

  test.each(points)('at archive.%s: all or nothing, and the next run finishes', (point) => {
    aDay();
    const before = everything(open());
    close();
    const crashPoint = (name: string) => {
      if (name === `archive.${point}`) throw new Error('power cut');
    };
    expect(() => archiveLedger(dir, { seq: 60 }, crashPoint)).toThrow('power cut');
    expectWhole();
    const store = open();
    expect(store.health().archived.seq).toBe(point === 'after-commit' ? 59 : 0);
    expect(everything(store).events.slice(0, before.events.length)).toEqual(before.events);
    close();
    archiveLedger(dir, { seq: 60 });
    expectWhole();
    expect(segments()).toHaveLength(1);
  });
});

describe('nothing else may take events out', () => {
  const forge = (sql: string) => {
    const db = new Database(join(dir, LEDGER_FILE));
    try {
      db.pragma('recursive_triggers = ON');
      db.exec(sql);
    } finally {
      db.close();
    }
  };

  test.each([
    ['DELETE FROM events WHERE seq = 45', /DELETE refused/],
    ['DELETE FROM segments', /DELETE refused/],
    ['UPDATE segments SET last_seq = 50', /UPDATE refused/],
    [`INSERT INTO segments SELECT 40, 50, hash, hash FROM events WHERE seq = 49`, /oldest/],
    [`INSERT INTO segments SELECT 41, 50, hash, hash FROM events WHERE seq = 50`, /oldest/],
    [
      `INSERT INTO segments SELECT 40, seq, hash, hash FROM events ORDER BY seq DESC LIMIT 1`,
      /oldest/,
    ],
  ])('%s', (sql, refusal) => {
    aDay();
    archiveLedger(dir, { seq: 40 });
    expect(() => forge(sql)).toThrow(refusal);
    expectWhole();
  });

  test('a segment that no file stands for is found', () => {
    aDay();
    forge(`INSERT INTO segments SELECT 1, 9, hash, hash FROM events WHERE seq = 9;
      DELETE FROM events WHERE seq < 10`);
    expect(verifyLedger(dir)).toMatchObject({ ok: false, firstBadSeq: 1 });
  });

  test('an index of the archive that lies is found', () => {
    aDay();
    archiveLedger(dir, { seq: 40 });
    forge("DELETE FROM archived_subjects WHERE subject = 'sale-0'");
    expect(verifyLedger(dir).reason?.en).toMatch(/index of the archive/);
  });
});

describe('a segment that is not what it was', () => {
  const file = () => join(dir, 'archive', segments()[0] ?? '');
  const damages: [string, () => void][] = [
    ['missing', () => rmSync(file())],
    ['cut short', () => writeFileSync(file(), readFileSync(file()).subarray(0, -20))],
    [
      'one bit turned',
      () => {
        const bytes = readFileSync(file());
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
        writeFileSync(file(), bytes);
      },
    ],
  ];

  test.each(damages)('%s: verify says so, the store opens and says so when asked', (_, damage) => {
    aDay();
    archiveLedger(dir, { seq: 60 });
    damage();
    const report = verifyLedger(dir);
    expect(report).toMatchObject({ ok: false, firstBadSeq: 1 });
    expect(report.reason?.en).toMatch(/segment/);
    expect(() => rebuildAndCompare(dir, shop.localDay)).toThrow(/CORRUPT|damaged/);
    expect(checkInvariants(dir).violations).toMatchObject([{ invariant: 'INV-L1' }]);
    const store = openUnlessOpenSale();
    if (store) expect(() => store.sale('sale-0')).toThrow(/damaged/);
  });

  /** A sale left open in the archive is needed at once; the store then says what is wrong. */
  function openUnlessOpenSale(): Ledger | undefined {
    try {
      return open();
    } catch (error) {
      expect(String(error)).toMatch(/damaged/);
      return undefined;
    }
  }
});

test('a backup carries the archive, and a restore brings it', async () => {
  aDay();
  archiveLedger(dir, { seq: 60 });
  const place = shop.temporaryDirectory();
  try {
    const [folder, fresh] = [join(place.dir, 'usb'), join(place.dir, 'fresh')];
    await backupLedger(dir, folder, 1);
    expect(readdirSync(join(folder, 'archive'))).toEqual(segments());
    restoreLedger(folder, fresh);
    const store = openLedger(shop.ledgerOptions(fresh, { ids: shop.countingIds('restored-') }));
    expect(store.sale('sale-0')?.phase).toBe('completed');
    store.signHead('asked');
    store.close();
    expect(verifyLedger(fresh)).toMatchObject({ ok: true, epoch: 2 });
    rmSync(join(folder, 'archive', segments()[0] ?? ''));
    expect(() => restoreLedger(folder, join(place.dir, 'other'))).toThrow(/backup/i);
  } finally {
    place.free();
  }
});
