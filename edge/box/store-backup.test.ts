/** A whole store carried to another box: everything that is needed, nothing that is not. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { LedgerError } from '../ledger/errors.ts';
import { openLedger } from '../ledger/open.ts';
import * as shop from '../ledger/shop.fixture.ts';
import { BELONGINGS, backupStore, restoreStore } from './store-backup.ts';

const NOON_MS = 1_795_406_400_000;
const KEPT = {
  'access/people.json': '[{"id":"li"}]',
  'access/pepper': 'secret',
  'gallery/v5/samples.bin': 'learnt',
  'models/packs.json': '{}',
  'members.json': '{}',
  'photos/own-1.webp': 'photo',
  'settings/1.json': '{}',
};
const LEFT = {
  'pan-pictures/1-000001-fig~seen.jpg': 'pan',
  'log/yike.jsonl': '{}',
  'telemetry/x': '1',
};
let root: string;
let free: () => void;
let store: string;
let backup: string;
let fresh: string;
let round = 0;

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'done';
};

beforeAll(async () => {
  ({ dir: root, free } = shop.temporaryDirectory());
  store = join(root, 'store');
  const ledger = openLedger(shop.ledgerOptions(store));
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  shop.sellApples(ledger, 'sale-a');
  ledger.close();
  for (const [path, text] of Object.entries({ ...KEPT, ...LEFT })) {
    mkdirSync(join(store, path, '..'), { recursive: true });
    writeFileSync(join(store, path), text, { mode: 0o600 });
  }
  await backupStore(store, join(root, 'made'), NOON_MS);
});
afterAll(() => free());
beforeEach(() => {
  round += 1;
  [backup, fresh] = [join(root, `backup-${round}`), join(root, `fresh-${round}`)];
  cpSync(join(root, 'made'), backup, { recursive: true, mode: 0 });
});

it('is back with accounts, members, photos, settings and what was learnt, and goes on as a new epoch', () => {
  const { files, beginning } = restoreStore(backup, fresh);
  expect([files, beginning.epoch]).toEqual([Object.keys(KEPT).length, 2]);
  for (const [path, text] of Object.entries(KEPT))
    expect([path, readFileSync(join(fresh, path), 'utf8')]).toEqual([path, text]);
  expect(statSync(join(fresh, 'access/pepper')).mode & 0o777).toBe(0o600);
  const ledger = openLedger(shop.ledgerOptions(fresh, { ids: shop.countingIds('b') }));
  expect([ledger.epoch, ledger.sale('sale-a')?.phase]).toEqual([2, 'completed']);
  ledger.close();
});

it('holds no picture of a pan, no log and no key of the box, and is its owner’s alone', () => {
  for (const path of [...Object.keys(LEFT), 'device.key'])
    expect([path, existsSync(join(backup, 'files', path))]).toEqual([path, false]);
  expect(statSync(join(root, 'made')).mode & 0o777).toBe(0o700);
  expect(statSync(join(root, 'made/files/access/pepper')).mode & 0o777).toBe(0o600);
});

it('a changed or a missing file is refused before anything is put back', () => {
  writeFileSync(join(backup, 'files/members.json'), '{"x":1}');
  expect(codeOf(() => restoreStore(backup, fresh))).toBe('BACKUP_BAD');
  rmSync(join(backup, 'files/members.json'));
  expect(codeOf(() => restoreStore(backup, fresh))).toBe('BACKUP_BAD');
  expect(existsSync(fresh)).toBe(false);
});

it('a list that leads out of the store’s directory is refused', () => {
  for (const path of ['access/../../evil', 'ledger.sqlite', '/etc/passwd']) {
    writeFileSync(join(backup, 'files.json'), JSON.stringify([{ path, sha256: '', mode: 0o600 }]));
    expect([path, codeOf(() => restoreStore(backup, fresh))]).toEqual([path, 'BACKUP_BAD']);
  }
});

it('over another store it is refused; one cut short is begun again', () => {
  mkdirSync(fresh);
  writeFileSync(join(fresh, 'members.json'), 'others');
  expect(codeOf(() => restoreStore(backup, fresh))).toBe('NOT_EMPTY');
  writeFileSync(join(fresh, 'members.json'), KEPT['members.json']);
  expect(codeOf(() => restoreStore(backup, fresh))).toBe('done');
  expect(codeOf(() => restoreStore(backup, fresh))).toBe('NOT_EMPTY');
});

it('a backup of the ledger alone is restored as such', () => {
  rmSync(join(backup, 'files.json'));
  expect(restoreStore(backup, fresh).files).toBe(0);
});

/** Made anew, of this box alone, or of this moment. */
const STAYS = [
  ...['pan-pictures', 'log', 'telemetry', 'network', 'head-office', 'trace-starts.json'],
  ...['ledger-checked.json', 'handled-directly.jsonl', 'config-file', 'refill-90d.svg'],
  ...['catalogue.json', 'planogram.json', 'losses-known.bin'],
];

it('everything that is kept in the store’s directory is carried along or left behind on purpose', () => {
  const rooms = ['edge', 'models', 'drivers', 'cloud-sync'].map((room) =>
    join(import.meta.dirname, '../..', room),
  );
  const sources = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
      .map((path) => readFileSync(join(room, path), 'utf8')),
  );
  const named = sources.flatMap((text) =>
    [...text.matchAll(/join\((?:\w+\.)?dataDir, '([^'/]+)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(15);
  const known = [...BELONGINGS, ...STAYS];
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});
