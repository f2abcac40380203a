/** `yike ledger backup` and `restore`, and what `verify` and `start` say of a ledger that was cut. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_FILE } from '../../ledger/database.ts';
import { openLedger } from '../../ledger/open.ts';
import { countingIds, ledgerOptions, priceBook, sellApples } from '../../ledger/shop.fixture.ts';
import { build } from '../built.fixture.ts';
import { envelopeOf, temporaryDirectory, yike } from '../cli.fixture.ts';

const { dir, free } = temporaryDirectory();
const store = join(dir, 'store');
const copy = join(dir, 'copy');

beforeAll(async () => {
  build();
  const ledger = openLedger(ledgerOptions(store));
  ledger.activatePriceBook(priceBook(1), 'b'.repeat(64));
  sellApples(ledger, 'sale-1');
  ledger.close();
  await yike(['ledger', 'backup', copy, '--data', store]);
});
afterAll(free);

const json = async (...words: string[]) => envelopeOf(await yike([...words, '--json']));

/** A copy of the store whose last two events somebody cut off. */
function cut(name: string): string {
  const folder = join(dir, name);
  cpSync(store, folder, { recursive: true });
  const db = new Database(join(folder, LEDGER_FILE));
  db.exec(
    `DROP TRIGGER events_are_never_removed; DROP TRIGGER heads_are_never_removed;
     DELETE FROM events WHERE seq > (SELECT max(seq) - 2 FROM events); DELETE FROM heads;`,
  );
  for (const table of ['events', 'heads'])
    db.exec(
      `CREATE TRIGGER ${table}_are_never_removed BEFORE DELETE ON ${table}
       BEGIN SELECT RAISE(ABORT, 'DELETE refused'); END`,
    );
  db.close();
  return folder;
}

describe.concurrent('yike ledger backup', () => {
  test('says how far it goes, in the reader’s language', async () => {
    const folder = join(dir, 'again');
    const { stdout, exit } = await yike(['ledger', 'backup', folder, '--data', store]);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringContaining(`已备份到第 ${manifest.seq} 条`),
    });
  });

  test.each<[string, string[], number, string]>([
    ['without a folder', [], 2, 'E_USAGE'],
    ['into a folder that holds something', [copy], 106, 'E_NOT_EMPTY'],
    ['of no ledger', [join(dir, 'x'), '--data', join(dir, 'none')], 109, 'E_NO_LEDGER'],
  ])('is refused %s', async (_, words, exit, code) => {
    const asked = ['ledger', 'backup', ...words];
    const at = words.includes('--data') ? [] : ['--data', store];
    expect(await json(...asked, ...at)).toMatchObject({ exit, error: { code } });
  });
});

describe.concurrent('yike ledger restore', () => {
  test('puts the backup into an empty directory, and the next start is a new epoch', async () => {
    const fresh = join(dir, 'fresh');
    const answer = await json('ledger', 'restore', copy, '--data', fresh, '--epoch', '4');
    expect(answer).toMatchObject({ exit: 0, data: { epoch: 4, cause: 'backup' } });
    openLedger(ledgerOptions(fresh, { ids: countingIds('b') })).close();
    const verified = await json('ledger', 'verify', '--data', fresh);
    expect(verified).toMatchObject({ exit: 0, data: { epoch: 4, anchored: true } });
  });

  test.each<[string, string[], number, string]>([
    ['without a folder', [], 2, 'E_USAGE'],
    ['with a folder and --accept-cut', [copy, '--accept-cut'], 2, 'E_USAGE'],
    ['to half an epoch', [copy, '--epoch', '1.5'], 2, 'E_USAGE'],
    ['over a ledger', [copy], 106, 'E_NOT_EMPTY'],
    ['from a folder that is no backup', [dir], 6, 'E_BACKUP_BAD'],
  ])('is refused %s', async (_, words, exit, code) => {
    const answer = await json('ledger', 'restore', ...words, '--data', store);
    expect(answer).toMatchObject({ exit, error: { code } });
  });
});

describe.concurrent('yike backup and restore', () => {
  test('carry a whole store to another box', async () => {
    const folder = join(dir, 'whole');
    const backed = await yike(['backup', folder, '--data', store, '--lang', 'en']);
    expect(backed).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('keep it like a key'),
    });
    const answer = await json('restore', folder, '--data', join(dir, 'other'), '--epoch', '5');
    expect(answer).toMatchObject({ exit: 0, data: { epoch: 5, cause: 'backup' } });
  });

  test.each<[string, string[], number, string]>([
    ['backup without a folder', ['backup'], 2, 'E_USAGE'],
    ['restore without a folder', ['restore'], 2, 'E_USAGE'],
    ['restore to half an epoch', ['restore', copy, '--epoch', '1.5'], 2, 'E_USAGE'],
    [
      'backup of no ledger',
      ['backup', join(dir, 'y'), '--data', join(dir, 'none')],
      109,
      'E_NO_LEDGER',
    ],
    ['restore over a store', ['restore', copy], 106, 'E_NOT_EMPTY'],
  ])('%s is refused', async (_, words, exit, code) => {
    const at = words.includes('--data') ? [] : ['--data', store];
    expect(await json(...words, ...at)).toMatchObject({ exit, error: { code } });
  });
});

describe.concurrent('a cut ledger', () => {
  test('does not verify, and sells nothing until it is accepted', async () => {
    const folder = cut('cut');
    const verified = await json('ledger', 'verify', '--data', folder);
    expect(verified).toMatchObject({ exit: 6, data: { ok: false }, error: { code: 'E_LEDGER' } });
    expect(() => openLedger(ledgerOptions(folder))).toThrow(/TAIL_CUT/);
    const accepted = await yike(['ledger', 'restore', '--accept-cut', '--data', folder]);
    expect(accepted).toMatchObject({
      exit: 0,
      stdout: '✓ 已按现状接受，下次启动从第 2 世代继续\n',
    });
    const ledger = openLedger(ledgerOptions(folder, { ids: countingIds('b') }));
    expect(ledger.epoch).toBe(2);
    ledger.close();
  });

  test('stops the start with words and exit 6', async () => {
    const folder = cut('start');
    const config = join(dir, 'store.json');
    const name = { zh: '店', en: 'Store' };
    const shop = { id: 'store-1', name, timeZone: 'Asia/Shanghai', phone: '1' };
    const listen = { host: '127.0.0.1', kioskPort: 0, adminPort: 0 };
    const nothing = { devices: [], lanes: [], counters: [] };
    writeFileSync(config, JSON.stringify({ store: shop, listen, ...nothing }));
    const answer = await json('start', '--config', config, '--data', folder);
    expect(answer).toMatchObject({
      exit: 6,
      error: { code: 'E_TAIL_CUT', hint: { en: expect.stringContaining('--accept-cut') } },
    });
  });

  test('whose anchor file is lost verifies with a warning', async () => {
    const folder = join(dir, 'lost');
    cpSync(store, folder, { recursive: true });
    rmSync(join(folder, 'anchors.ndjson'));
    const verified = await json('ledger', 'verify', '--data', folder);
    expect(verified).toMatchObject({ exit: 3, level: 'warn', data: { ok: true, anchored: false } });
    const { stdout } = await yike(['ledger', 'verify', '--data', folder]);
    expect(stdout).toMatch(/! 锚点文件 anchors.ndjson 不见了/);
  });
});
