/** `yike ledger` and `yike verify` on a day's ledger, on one somebody changed, and on none. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_FILE } from '../../ledger/database.ts';
import { openLedger } from '../../ledger/open.ts';
import { ledgerOptions, priceBook, sellApples } from '../../ledger/shop.fixture.ts';
import { build } from '../built.fixture.ts';
import { envelopeOf, temporaryDirectory, yike } from '../cli.fixture.ts';

const { dir, free } = temporaryDirectory();
const good = join(dir, 'good');
const damaged = join(dir, 'damaged');
const empty = join(dir, 'empty');
let head: { seq: number; hash: string };

beforeAll(() => {
  build();
  const ledger = openLedger(ledgerOptions(good));
  ledger.activatePriceBook(priceBook(1), 'b'.repeat(64));
  for (const sale of ['sale-1', 'sale-2']) sellApples(ledger, sale);
  head = ledger.head();
  ledger.close();
  for (const folder of [damaged, empty]) mkdirSync(folder);
  writeFileSync(join(damaged, LEDGER_FILE), 'not a database, '.repeat(512));
});
afterAll(free);

/** A copy of the good store on which somebody ran `sql`, guards or no guards. */
function tampered(name: string, sql: string): string {
  const copy = join(dir, name);
  cpSync(good, copy, { recursive: true });
  const db = new Database(join(copy, LEDGER_FILE));
  const guards = db.prepare<[], { name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
  );
  const dropped = guards.all();
  for (const guard of dropped) db.exec(`DROP TRIGGER ${guard.name}`);
  expect(db.prepare(sql).run().changes).toBe(1);
  for (const guard of dropped) db.exec(guard.sql);
  db.close();
  return copy;
}

const json = async (line: string, data: string) =>
  envelopeOf(await yike([...line.split(' '), '--data', data, '--json']));

describe.concurrent('yike ledger verify', () => {
  test('finds a day’s ledger whole', async () => {
    expect(await json('ledger verify', good)).toMatchObject({
      exit: 0,
      level: 'ok',
      data: {
        ok: true,
        events: head.seq,
        headSeq: head.seq,
        headHash: head.hash,
        epoch: 1,
        anchored: true,
      },
      error: null,
    });
    const { stdout } = await yike(['ledger', 'verify', '--data', good, '--lang', 'en']);
    const [line, proof] = stdout.split('\n');
    expect(line).toBe(`✓ ${head.seq} events, epoch 1, head ${head.seq} ${head.hash.slice(0, 16)}`);
    expect(proof).toMatch(new RegExp(`anchored to ${head.seq}, device key [\\w-]{43}$`));
  });

  test('takes the directory from YIKE_DATA as well', async () => {
    const ended = await yike(['ledger', 'verify', '--json'], { YIKE_DATA: good });
    expect(envelopeOf(ended)).toMatchObject({ exit: 0, data: { events: head.seq } });
  });

  test('names the first event that somebody changed', async () => {
    const changed =
      'UPDATE events SET record = replace(record, \'"v":1\', \'"v":2\') WHERE seq = 5';
    const copy = tampered('changed', changed);
    expect(await json('ledger verify', copy)).toMatchObject({
      exit: 6,
      data: { ok: false, firstBadSeq: 5 },
      error: { code: 'E_LEDGER', message: { zh: expect.stringContaining('从第 5 条起') } },
    });
    const people = await yike(['ledger', 'verify', '--data', copy, '--lang', 'en']);
    expect(people).toMatchObject({ exit: 6, stdout: '' });
    expect(people.stderr).toMatch(
      /does not verify from event 5[\s\S]*why: +\S[\s\S]*restore from a backup/,
    );
  });

  test('notices an event taken out of the middle', async () => {
    const copy = tampered('taken', 'DELETE FROM events WHERE seq = 7');
    const { exit, data } = await json('ledger verify', copy);
    expect({ exit, firstBadSeq: data.firstBadSeq }).toEqual({
      exit: 6,
      firstBadSeq: expect.any(Number),
    });
    expect([7, 8]).toContain(data.firstBadSeq);
  });

  test('says that a file is no ledger', async () => {
    expect(await json('ledger verify', damaged)).toMatchObject({ exit: 6, data: { ok: false } });
  });

  test('says where it looked when there is none', async () => {
    expect(await json('ledger verify', empty)).toMatchObject({
      exit: 109,
      data: { ok: false },
      error: {
        code: 'E_NOEXIST',
        message: { zh: `${empty} 里没有账本`, en: `There is no ledger in ${empty}` },
      },
    });
  });
});

describe.concurrent('yike ledger tail', () => {
  test('shows the newest events, newest last', async () => {
    const { exit, data } = await json('ledger tail -n 3', good);
    const events = data.events as { seq: number; type: string }[];
    expect(exit).toBe(0);
    expect(events.map(({ seq }) => seq)).toEqual([head.seq - 2, head.seq - 1, head.seq]);
    expect(events.at(-1)?.type).toBe('ReceiptPrinted');
  });

  test('prints a line an event for people', async () => {
    const { stdout } = await yike(['ledger', 'tail', '--limit', '1', '--data', good]);
    expect(stdout).toMatch(
      new RegExp(`^${head.seq} +\\d{4}-\\d\\d-\\d\\dT\\S+ +lane-1 +ReceiptPrinted .*\n$`),
    );
  });

  const refused: [string, string, number, string][] = [
    ['no ledger', empty, 109, 'E_NOEXIST'],
    ['a damaged file', damaged, 6, 'E_CORRUPT'],
  ];
  test.each(refused)('says in words: %s', async (_, data, exit, code) => {
    expect(await json('ledger tail', data)).toMatchObject({ exit, error: { code } });
  });

  test('of nothing is no question', async () => {
    expect(await json('ledger tail -n 0', good)).toMatchObject({ exit: 2 });
  });
});

describe.concurrent('yike verify', () => {
  test('checks every invariant of a store and names them', async () => {
    const { exit, data } = await json(`verify ${good}`, empty);
    expect({ exit, violations: data.violations }).toEqual({ exit: 0, violations: [] });
    expect(data.checked).toEqual(expect.arrayContaining(['INV-L1', 'INV-P1', 'INV-S1']));
  });

  test('names the invariant that does not hold, and the figures', async () => {
    const copy = tampered('stock', "UPDATE stock SET grams = grams + 1 WHERE sku = 'apple'");
    const { exit, data, error } = await json(`verify ${copy}`, empty);
    expect({ exit, code: error?.code }).toEqual({ exit: 6, code: 'E_INVARIANT' });
    expect(data.violations).toContainEqual({
      invariant: expect.stringMatching(/^INV-/),
      detail: expect.stringContaining('stock'),
    });
  });

  test('of an empty directory fails', async () => {
    expect(await json(`verify ${empty}`, good)).toMatchObject({ exit: 6 });
  });
});

describe.concurrent('yike ledger archive', () => {
  const acknowledged = (name: string) => {
    const store = join(dir, name);
    const ledger = openLedger(ledgerOptions(store));
    for (const sale of ['sale-1', 'sale-2']) sellApples(ledger, sale);
    ledger.setAcked(ledger.head().seq);
    return { store, ledger };
  };

  test('takes what head office holds out of the table, and the ledger still verifies', async () => {
    const { store, ledger } = acknowledged('archived');
    const { seq } = ledger.head();
    ledger.close();
    expect(await json('ledger archive --before 11', store)).toMatchObject({
      exit: 0,
      data: { events: 10, segments: 1, nextSeq: 11, keepFromSeq: seq },
    });
    const said = await yike(['ledger', 'archive', '--before', '2000-01-01', '--data', store]);
    expect(said).toMatchObject({ exit: 0 });
    expect(await json('ledger verify', store)).toMatchObject({ exit: 0, data: { events: seq } });
    const { data } = await json(`ledger tail -n ${seq}`, store);
    expect(data).toMatchObject({ events: { length: seq } });
  });

  test('waits while the store is open, and finds no ledger where there is none', async () => {
    const { store, ledger } = acknowledged('open');
    expect(await json('ledger archive --before 11', store)).toMatchObject({
      error: { code: 'E_LOCKED' },
    });
    ledger.close();
    expect(await json('ledger archive --before 11', empty)).toMatchObject({
      error: { code: 'E_NO_LEDGER' },
    });
  });
});
