/** A disk that turns a bit: in the WAL of a store that died while selling, and in an archive segment. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANCHOR_FILE } from './anchors.ts';
import { archiveLedger } from './archive-offline.ts';
import { LEDGER_FILE } from './database.ts';
import { KEY_FILE } from './device-key.ts';
import { LedgerError } from './errors.ts';
import { openLedger } from './open.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const FLIPS = process.env.YIKE_DEEP ? 2000 : 200;
const SEED = Number(process.env.SEED ?? 20261128);

let dir: string;
let free: () => void;
beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function flipped(whole: Buffer, random: (below: number) => number): Buffer {
  const damaged = Buffer.from(whole);
  const at = random(damaged.length);
  damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
  return damaged;
}

/**
 * SQLite drops a damaged frame and all after it. So the ledger is then an earlier state of itself,
 * whole; where that is shorter than what was signed outside the file, it says so and sells nothing.
 */
test(`${FLIPS} flips in the WAL (SEED=${SEED})`, { timeout: 300_000 }, () => {
  const ids = shop.countingIds('first-');
  const ledger = openLedger(shop.ledgerOptions(join(dir, 'store'), { ids }));
  const heads = new Map([[0, '0'.repeat(64)]]);
  let anchored = 0;
  for (let n = 0; n < 6; n += 1) {
    shop.sellApples(ledger, `sale-${n}`);
    if (n === 1) anchored = ledger.signHead('asked').seq;
  }
  for (const { seq, hash } of ledger.readAfter(0, 10_000)) heads.set(seq, hash);
  const { seq: newest } = ledger.head();
  // As the disk holds them at the moment the box dies.
  const died = [LEDGER_FILE, ANCHOR_FILE, KEY_FILE, `${LEDGER_FILE}-wal`].map((name) => ({
    name,
    bytes: readFileSync(join(dir, 'store', name)),
  }));
  ledger.close();
  const random = dice(SEED);
  const seen = { whole: 0, shorter: 0, reported: 0, refused: 0 };
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const copy = join(dir, `flip-${flip}`);
    mkdirSync(copy);
    for (const { name, bytes } of died)
      writeFileSync(join(copy, name), name.endsWith('-wal') ? flipped(bytes, random) : bytes);
    const told = `flip ${flip}, SEED=${SEED}`;
    const report = verifyLedger(copy);
    if (report.ok) {
      expect(heads.get(report.headSeq), told).toBe(report.headHash);
      expect(report.headSeq, told).toBeGreaterThanOrEqual(anchored);
      seen[report.headSeq === newest ? 'whole' : 'shorter'] += 1;
    } else seen.reported += 1;
    const opens = !report.ok || flip % 5 === 0;
    try {
      if (opens)
        openLedger(shop.ledgerOptions(copy, { ids: shop.countingIds(`flip-${flip}-`) })).close();
      expect(report.ok, told).toBe(true);
      if (opens) expect(verifyLedger(copy), told).toMatchObject({ ok: true });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      expect(report.ok, `${told}: ${error.message}`).toBe(false);
      seen.refused += 1;
    }
    rmSync(copy, { recursive: true });
  }
  expect(seen.shorter).toBeGreaterThan(0);
  expect(seen.reported).toBeGreaterThan(0);
  expect(seen.refused).toBe(seen.reported);
});

test(`${FLIPS} flips in an archive segment are all found (SEED=${SEED})`, {
  timeout: 300_000,
}, () => {
  const ledger = openLedger(shop.ledgerOptions(dir));
  for (let n = 0; n < 6; n += 1) shop.sellApples(ledger, `sale-${n}`);
  ledger.setAcked(ledger.head().seq);
  ledger.close();
  archiveLedger(dir, { seq: 1e9 });
  const [name = ''] = readdirSync(join(dir, 'archive'));
  const file = join(dir, 'archive', name);
  const whole = readFileSync(file);
  const random = dice(SEED);
  for (let flip = 0; flip < FLIPS; flip += 1) {
    writeFileSync(file, flipped(whole, random));
    expect(verifyLedger(dir), `flip ${flip}, SEED=${SEED}`).toMatchObject({ ok: false });
  }
  writeFileSync(file, whole);
  expect(verifyLedger(dir)).toMatchObject({ ok: true });
});
