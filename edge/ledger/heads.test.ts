/** Signed heads and the file beside the database: what somebody can do to them, and who notices. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANCHOR_FILE, signedText } from './anchors.ts';
import { acceptCut } from './backup.ts';
import type { Ledger, SignedHead } from './contract.ts';
import { LEDGER_FILE } from './database.ts';
import { isSignedBy, KEY_FILE, openDeviceKey } from './device-key.ts';
import { SIGN_EVERY_EVENTS } from './heads.ts';
import { checkInvariants } from './invariants.ts';
import type { LedgerOptions } from './open.ts';
import { openLedger } from './open.ts';
import { buildChild, CHILD } from './selling.fixture.ts';
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

const open = (run: string, changes: Partial<LedgerOptions> = {}): Ledger =>
  openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(run), ...changes }));

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

const anchors = (): SignedHead[] =>
  existsSync(join(dir, ANCHOR_FILE))
    ? readFileSync(join(dir, ANCHOR_FILE), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
const rewriteAnchors = (heads: SignedHead[]) =>
  writeFileSync(join(dir, ANCHOR_FILE), heads.map((head) => `${JSON.stringify(head)}\n`).join(''));

/** Somebody with a SQL shell who takes the guards away and puts them back. */
function forge(sql: string): void {
  const db = new Database(join(dir, LEDGER_FILE));
  const guards = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const guard of guards) db.exec(guard.sql);
  db.close();
}

/** A store that signed after its first sale and sold once more; returns where it signed. */
function aDay(): SignedHead {
  const ledger = open('a');
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  shop.sellApples(ledger, 'sale-a');
  const signed = ledger.signHead('day-close');
  shop.sellApples(ledger, 'sale-b');
  ledger.signHead('asked');
  ledger.close();
  return signed;
}

/** Cuts everything after `seq`, the way one would who knows every table. */
function cutAfter(seq: number, alsoHeads = true): void {
  forge(
    `DELETE FROM events WHERE seq > ${seq};
     ${alsoHeads ? `DELETE FROM heads WHERE seq > ${seq};` : ''}
     DELETE FROM completed_sales; DELETE FROM day_items; DELETE FROM stock; DELETE FROM open_sales;`,
  );
}

describe("the box's key", () => {
  test('is made at the first boot, is nobody else’s to read, and stays', () => {
    open('a').close();
    const { mode } = statSync(join(dir, KEY_FILE));
    expect((mode & 0o777).toString(8)).toBe('600');
    const { publicKey } = openDeviceKey(dir);
    open('b').close();
    expect(openDeviceKey(dir).publicKey).toBe(publicKey);
    expect(verifyLedger(dir).deviceKey).toBe(publicKey);
  });

  test('half written when the power went is made anew', () => {
    writeFileSync(join(dir, `${KEY_FILE}.half`), '-----BEGIN PRI');
    open('a').close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
  });

  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  test.each<[string, string | undefined]>([
    ['another box’s key', String(other)],
    ['a key of another kind', String(rsa.export({ type: 'pkcs8', format: 'pem' }))],
    ['no key at all', 'not a key'],
    ['nothing', undefined],
  ])('replaced by %s: the store does not open, until a person accepts it', (_, pem) => {
    aDay();
    rmSync(join(dir, KEY_FILE));
    if (pem !== undefined) {
      writeFileSync(join(dir, KEY_FILE), pem);
      expect(verifyLedger(dir)).toMatchObject({
        ok: false,
        reason: { en: expect.stringMatching(/device key/) },
      });
    }
    expect(() => open('b')).toThrow(expect.objectContaining({ code: 'KEY_CHANGED' }));
    expect(() => open('b'), 'nor at the second try').toThrow(/KEY_CHANGED/);
    rmSync(join(dir, KEY_FILE));
    acceptCut(dir);
    const ledger = open('c');
    expect(ledger.epoch).toBe(2);
    shop.sellApples(ledger, 'sale-c');
    ledger.close();
    expect(verifyLedger(dir)).toMatchObject({ ok: true, epoch: 2, anchored: true });
  });

  test.each(['', 'AAAA', 'x'.repeat(43)])('a public key of %j has signed nothing', (key) => {
    expect(isSignedBy(key, 'text', 'AAAA')).toBe(false);
  });
});

describe('a head is signed', () => {
  test('with what was sold and paid up to there, and says so in the file too', () => {
    const { seq, signature } = aDay();
    const [first, last] = anchors();
    expect(first).toMatchObject({ seq, signature, epoch: 1, sales: 1, soldFen: 1232 });
    expect(last).toMatchObject({ sales: 2, soldFen: 2464, capturedFen: 2464, reason: 'asked' });
    expect(isSignedBy(first?.key ?? '', signedText(first!), signature)).toBe(true);
  });

  test('after so many events, but never inside the decision itself', () => {
    const { clock, between, due } = handClock();
    const ledger = open('a', { clock });
    while (due.length === 0) shop.sellApples(ledger, `sale-${ledger.head().seq}`);
    expect(ledger.head().seq).toBeGreaterThanOrEqual(SIGN_EVERY_EVENTS);
    expect(anchors()).toEqual([]);
    between();
    expect(anchors()).toMatchObject([{ seq: ledger.head().seq, reason: 'count' }]);
    shop.sellApples(ledger, 'sale-more');
    expect(due, 'and not again at once').toEqual([]);
    expect(ledger.health().signed).toEqual({ seq: anchors()[0]?.seq });
    ledger.close();
  });

  test('when head office has acknowledged a batch', () => {
    const { clock, between } = handClock();
    const ledger = open('a', { clock });
    for (let sale = 0; ledger.head().seq < 60; sale += 1) shop.sellApples(ledger, `sale-${sale}`);
    ledger.setAcked(40);
    between();
    expect(anchors()).toMatchObject([{ seq: ledger.head().seq, reason: 'sync' }]);
    ledger.close();
  });

  test('once for the same event, however often it is asked', () => {
    const ledger = open('a');
    const signed = ledger.signHead('asked');
    expect(ledger.signHead('day-close')).toEqual(signed);
    ledger.close();
    expect(anchors()).toEqual([signed]);
  });

  test('and where the disk refuses the file, the store sells on and tries again', () => {
    const { clock, between } = handClock();
    const ledger = open('a', { clock });
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

describe('a tail cut off', () => {
  test('below the newest anchor is seen: the store does not open, the verifier says where', () => {
    const { seq } = aDay();
    cutAfter(seq);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      firstBadSeq: seq + 1,
      reason: { en: expect.stringMatching(/shorter/) },
    });
    expect(checkInvariants(dir).violations).toContainEqual({
      invariant: 'INV-L2',
      detail: expect.stringContaining('shorter'),
    });
    expect(() => open('b')).toThrow(expect.objectContaining({ code: 'TAIL_CUT' }));
  });

  test('is seen from the database alone where its own heads were left', () => {
    const { seq } = aDay();
    rmSync(join(dir, ANCHOR_FILE));
    cutAfter(seq, false);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/shorter/) },
    });
    expect(() => open('b')).toThrow(expect.objectContaining({ code: 'TAIL_CUT' }));
  });

  test('above the newest anchor cannot be seen here, and the report says how far it vouches', () => {
    const ledger = open('a');
    ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
    const { seq } = ledger.signHead('asked');
    shop.carryOut(ledger, 'sale-a', {
      kind: 'start',
      saleId: 'sale-a',
      laneId: 'lane-1',
      priceBookVersion: 1,
    });
    forge("DELETE FROM events WHERE subject = 'sale-a'; DELETE FROM open_sales");
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true, anchoredSeq: seq });
    ledger.close();
  });

  test('and other events put in its place are seen', () => {
    const { seq } = aDay();
    const file = readFileSync(join(dir, ANCHOR_FILE), 'utf8');
    cutAfter(seq);
    rmSync(join(dir, ANCHOR_FILE));
    const again = open('b');
    while (again.head().seq < 40) shop.sellApples(again, `other-${again.head().seq}`);
    again.close();
    writeFileSync(join(dir, ANCHOR_FILE), file);
    expect(verifyLedger(dir)).toMatchObject({
      ok: false,
      reason: { en: expect.stringMatching(/hash differs/) },
    });
  });

  test('goes on as a new epoch once a person accepted it, which stays on record', () => {
    const { seq } = aDay();
    const last = anchors().at(-1)?.seq ?? 0;
    // The projections are those of the first sale, as a real restart would have left them.
    forge(
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
    const ledger = open('b');
    expect(ledger.readAfter(seq, 1)[0]?.record).toContain('"epoch":2');
    expect(ledger.tail(2).map(({ type }) => type)).toEqual(['Restored', 'Booted']);
    shop.sellApples(ledger, 'sale-c');
    ledger.close();
    open('c').close();
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
    aDay();
    const heads = anchors();
    change(heads);
    rewriteAnchors(heads);
    expect(verifyLedger(dir)).toMatchObject({ ok: false, reason: { en: reason } });
    open('b').close();
  });

  test('is not believed with a line that cannot be read', () => {
    aDay();
    for (const odd of ['receipts', 'null', '{"seq":"1"}']) {
      writeFileSync(join(dir, ANCHOR_FILE), `${odd}\n`);
      expect(verifyLedger(dir)).toMatchObject({
        ok: false,
        reason: { en: expect.stringMatching(/line 1/) },
      });
    }
    open('b').close();
  });

  test('lost is a warning, and stays one after the next opening', () => {
    aDay();
    rmSync(join(dir, ANCHOR_FILE));
    expect(verifyLedger(dir)).toMatchObject({
      ok: true,
      anchored: false,
      warnings: [{ en: expect.stringMatching(/missing/) }],
    });
    open('b').close();
    expect(verifyLedger(dir)).toMatchObject({
      ok: true,
      anchored: true,
      warnings: [{ en: expect.stringMatching(/1 signed heads are not in/) }],
    });
  });

  test('or the key with any bit flipped is found or harmless, and never thrown', () => {
    aDay();
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
    aDay();
    const before = anchors();
    appendFileSync(join(dir, ANCHOR_FILE), '{"store":"store-1","epo');
    expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
    open('b').close();
    expect(anchors().slice(0, before.length)).toEqual(before);
    expect(verifyLedger(dir)).toMatchObject({ ok: true });
  });
});

describe('in the database', () => {
  test.each([
    ['UPDATE heads SET sold_fen = 1', /UPDATE refused/],
    ['DELETE FROM heads', /DELETE refused/],
  ])('%s is refused', (sql, refusal) => {
    aDay();
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
    const ledger = open('a');
    ledger.setAcked(1);
    ledger.signHead('asked');
    ledger.close();
    forge(sql);
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
      const [first, second] = [anchors().length, moment === 'head.before-commit' ? 0 : 1];
      expect(first).toBe(moment === 'head.after-anchor' ? 2 : 1);
      const ledger = open('b');
      shop.sellApples(ledger, 'sale-after');
      ledger.close();
      expect(anchors()).toHaveLength(1 + second + 1);
      expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
      expect(verifyLedger(dir)).not.toHaveProperty('warnings');
    },
  );
});

describe('a ledger from before there were heads', () => {
  function older(): void {
    aDay();
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
      expect(() => open('a', { crashPoint })).toThrow('power cut');
      expect(verifyLedger(dir)).toMatchObject({ ok: true });
      const ledger = open('b');
      shop.sellApples(ledger, 'sale-c');
      ledger.close();
      expect(anchors()).toMatchObject([{ sales: 3 }]);
      expect(verifyLedger(dir)).toMatchObject({ ok: true, anchored: true });
    },
  );
});
