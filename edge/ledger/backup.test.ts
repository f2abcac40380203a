/** A copy taken while the store sells, and a store that goes on from one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acceptCut, backupLedger, MANIFEST_FILE, restoreLedger } from './backup.ts';
import { LEDGER_FILE, openDatabase } from './database.ts';
import { checkInvariants } from './invariants.ts';
import { openLedger } from './open.ts';
import { rebuildAndCompare } from './rebuild.ts';
import { buildChild, CHILD } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const NOON_MS = 1_795_406_400_000;
let root: string;
let free: () => void;
let store: string;
let copy: string;
let fresh: string;

beforeAll(buildChild);
beforeEach(() => {
  ({ dir: root, free } = shop.temporaryDirectory());
  [store, copy, fresh] = ['store', 'copy', 'fresh'].map((name) => join(root, name)) as Three;
});
afterEach(() => free());
type Three = [string, string, string];

const open = (dir: string, run: string) =>
  openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(run) }));

/** Two sales, and head office knows of the first. */
function aDay(): void {
  const ledger = open(store, 'a');
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  shop.sellApples(ledger, 'sale-a');
  ledger.setAcked(ledger.head().seq);
  shop.sellApples(ledger, 'sale-b');
  ledger.close();
}

/** Sells in a process of its own until killed; `heads` counts what it acknowledged. */
async function selling(): Promise<{ child: ChildProcess; heads: () => number }> {
  const child = spawn(process.execPath, [CHILD, store, 'busy'], { stdio: 'pipe' });
  let said = '';
  await new Promise<void>((begun, ended) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (said.split('\n').length > 50) begun();
    });
    child.on('close', () => ended(new Error('it ended by itself')));
  });
  return { child, heads: () => said.split('\n').length - 1 };
}

describe('a backup', () => {
  test('taken while the store sells stops nobody, and verifies', async () => {
    const { child, heads } = await selling();
    const before = heads();
    const manifest = await backupLedger(store, copy, NOON_MS);
    await expect.poll(heads, { timeout: 20_000 }).toBeGreaterThan(before + 50);
    const dead = new Promise((done) => child.on('close', done));
    child.kill('SIGKILL');
    await dead;
    expect(manifest.seq).toBeGreaterThanOrEqual(50);
    expect(verifyLedger(copy)).toMatchObject({ ok: true, headSeq: manifest.seq });
    expect(rebuildAndCompare(copy, shop.localDay)).toEqual([]);
    open(store, 'after').close();
    expect(verifyLedger(store)).toMatchObject({ ok: true });
  });

  test('is two files, and says whose it is and how far it goes', async () => {
    aDay();
    const { headSeq, headHash, deviceKey } = verifyLedger(store);
    const manifest = await backupLedger(store, copy, NOON_MS);
    expect(readdirSync(copy).sort()).toEqual([LEDGER_FILE, MANIFEST_FILE]);
    expect(JSON.parse(readFileSync(join(copy, MANIFEST_FILE), 'utf8'))).toEqual(manifest);
    expect(manifest).toMatchObject({
      store: shop.STORE_ID,
      epoch: 1,
      seq: headSeq,
      hash: headHash,
      key: deviceKey,
      wallMs: NOON_MS,
    });
  });

  test('is refused where there is no ledger, or where something is already', async () => {
    await expect(backupLedger(store, copy, NOON_MS)).rejects.toMatchObject({ code: 'NO_LEDGER' });
    aDay();
    await expect(backupLedger(store, store, NOON_MS)).rejects.toMatchObject({ code: 'NOT_EMPTY' });
  });

  test('of a ledger that does not verify is refused, and leaves no manifest', async () => {
    aDay();
    const db = openDatabase(join(store, LEDGER_FILE));
    db.exec('UPDATE stock SET grams = grams + 1');
    db.close();
    await expect(backupLedger(store, copy, NOON_MS)).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(existsSync(join(copy, MANIFEST_FILE))).toBe(false);
    expect(() => restoreLedger(copy, fresh)).toThrow(
      expect.objectContaining({ code: 'BACKUP_BAD' }),
    );
  });
});

describe('a restored store', () => {
  test('begins a new epoch with Restored, keeps its sales, and sells on', async () => {
    aDay();
    const { seq } = await backupLedger(store, copy, NOON_MS);
    expect(restoreLedger(copy, fresh)).toEqual({
      epoch: 2,
      cause: 'backup',
      epochBefore: 1,
      anchoredSeq: seq,
    });
    expect(verifyLedger(fresh), 'before it is opened').toMatchObject({ ok: true, epoch: 1 });
    const ledger = open(fresh, 'b');
    expect(ledger.tail(2)).toMatchObject([
      { seq: seq + 1, epoch: 2, type: 'Restored', body: { cause: 'backup', epochBefore: 1 } },
      { seq: seq + 2, epoch: 2, type: 'Booted' },
    ]);
    expect(ledger.sale('sale-b')?.phase).toBe('completed');
    shop.sellApples(ledger, 'sale-c');
    ledger.close();
    const again = open(fresh, 'c');
    expect(again.epoch, 'once').toBe(2);
    again.close();
    expect(verifyLedger(fresh)).toMatchObject({ ok: true, epoch: 2, anchored: true });
    expect(checkInvariants(fresh).violations).toEqual([]);
    expect(rebuildAndCompare(fresh, shop.localDay)).toEqual([]);
    expect(verifyLedger(fresh).deviceKey).not.toBe(verifyLedger(store).deviceKey);
  });

  test('goes above every epoch that the box or head office knows of', async () => {
    aDay();
    await backupLedger(store, copy, NOON_MS);
    acceptCut(store);
    open(store, 'b').close();
    const file = join(store, LEDGER_FILE);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
    expect(restoreLedger(copy, store), 'the anchor file tells').toMatchObject({ epoch: 3 });
    expect(restoreLedger(copy, fresh, 7)).toMatchObject({ epoch: 7 });
    const ledger = open(fresh, 'd');
    expect(ledger.epoch).toBe(7);
    ledger.close();
  });

  test('is made anew where a restore was cut short', async () => {
    aDay();
    await backupLedger(store, copy, NOON_MS);
    mkdirSync(fresh);
    writeFileSync(join(fresh, `${LEDGER_FILE}.restoring`), 'half');
    restoreLedger(copy, fresh);
    open(fresh, 'b').close();
    expect(verifyLedger(fresh)).toMatchObject({ ok: true, epoch: 2 });
  });

  test('killed at its first boot begins the same epoch at the next', async () => {
    aDay();
    await backupLedger(store, copy, NOON_MS);
    restoreLedger(copy, fresh);
    const crashPoint = (name: string) => {
      if (name.startsWith('append.before-commit')) throw new Error('power cut');
    };
    expect(() => openLedger(shop.ledgerOptions(fresh, { crashPoint }))).toThrow('power cut');
    open(fresh, 'b').close();
    expect(verifyLedger(fresh)).toMatchObject({ ok: true, epoch: 2 });
  });

  test('never replaces a ledger, nor one that is being used', async () => {
    aDay();
    await backupLedger(store, copy, NOON_MS);
    expect(() => restoreLedger(copy, store)).toThrow(
      expect.objectContaining({ code: 'NOT_EMPTY' }),
    );
    const ledger = open(store, 'b');
    for (const attempt of [() => restoreLedger(copy, store), () => acceptCut(store)])
      expect(attempt).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    ledger.close();
  });

  test('from before there were keys is taken without a signature', async () => {
    aDay();
    shop.asBeforeHeads(store);
    expect(await backupLedger(store, copy, NOON_MS)).toMatchObject({ key: '', signature: '' });
    restoreLedger(copy, fresh);
    open(fresh, 'b').close();
    expect(verifyLedger(fresh)).toMatchObject({ ok: true, epoch: 2, anchored: true });
  });
});

test.each<[string, (folder: string) => void, RegExp]>([
  ['its database was changed', (folder) => changeByte(join(folder, LEDGER_FILE)), /SHA-256/],
  ['its seq was changed', (folder) => edit(folder, { seq: 3 }), /head/],
  ['its time was changed', (folder) => edit(folder, { wallMs: 1 }), /signature/],
  ['its signature is gone', (folder) => edit(folder, { key: '', signature: '' }), /head/],
  ['it is of another kind', (folder) => edit(folder, { format: 'zip' }), /not a manifest/],
  ['its manifest is torn', (folder) => writeFileSync(join(folder, MANIFEST_FILE), '{'), /not a/],
  ['its database is missing', (folder) => rmSync(join(folder, LEDGER_FILE)), /missing/],
])('a backup is not restored where %s', async (_, change, why) => {
  aDay();
  await backupLedger(store, copy, NOON_MS);
  change(copy);
  expect(() => restoreLedger(copy, fresh)).toThrow(
    expect.objectContaining({ code: 'BACKUP_BAD', detail: expect.stringMatching(why) }),
  );
  expect(existsSync(join(fresh, LEDGER_FILE))).toBe(false);
});

function changeByte(file: string): void {
  const content = readFileSync(file);
  content[5000] = (content[5000] ?? 0) ^ 1;
  writeFileSync(file, content);
}

function edit(folder: string, changes: object): void {
  const file = join(folder, MANIFEST_FILE);
  const manifest: object = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, ...changes }));
}
