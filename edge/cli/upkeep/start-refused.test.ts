/** `yike start`: what stops it, in words, and nothing half-made. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { LEDGER_FILE } from '../../ledger/database.ts';
import { openLedger } from '../../ledger/open.ts';
import { ledgerOptions, STORE_ID } from '../../ledger/shop.fixture.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import { yike } from '../cli.fixture.ts';
import { ANY_PORT, expectRefused, keptStart, STORE, scale } from './start.fixture.ts';

const { dir, run, fileOf, freshData } = keptStart();

describe.concurrent('a configuration with a mistake is refused, naming it', () => {
  const bad: [string, unknown, RegExp, RegExp, string?][] = [
    ['not JSON', '{"store":', /读不了/, /cannot be read.*JSON/],
    [
      'an unknown key of a device',
      { ...STORE, devices: [{ id: 'scale-1', driver: 'enq-dc1', adress: 'x' }] },
      /没有「devices\.0\.adress \(scale-1\)」这个选项/,
      /no option "devices\.0\.adress \(scale-1\)"/,
    ],
    [
      'a lane with a scale there is none of',
      { ...STORE, lanes: [{ id: 'lane-1', scale: 'scale-9' }] },
      /lane-1 的 scale 指向「scale-9」/,
      /lane-1\.scale names "scale-9"/,
    ],
    [
      'an unknown driver',
      { ...STORE, devices: [scale('scale-1', { driver: 'abacus' })] },
      /设备 scale-1.*没有叫「abacus」的驱动[\s\S]*yike driver list/,
      /Device scale-1.*no driver "abacus"[\s\S]*yike driver list/,
      'E_DRIVER_UNKNOWN',
    ],
    [
      'a driver’s option out of range',
      { ...STORE, devices: [scale('scale-1', { options: { pollMs: 1 } })] },
      /设备 scale-1.*pollMs/,
      /Device scale-1.*pollMs.*50/,
      'E_OPTIONS_INVALID',
    ],
    [
      'a scale without its type plate',
      { ...STORE, devices: [scale('scale-1', { plate: undefined })] },
      /设备 scale-1.*铭牌/,
      /Device scale-1.*type plate/,
      'E_PLATE_MISSING',
    ],
  ];
  test.each(bad)('%s', async (_, content, zh, en, code = 'E_CONFIG_INVALID') => {
    const args = ['--config', fileOf(content), '--data', freshData()];
    await expectRefused(args, { exit: 2, code, zh, en }, run);
  });

  test('a file that is not there', async () => {
    const args = ['--config', join(dir, 'none.json'), '--data', freshData()];
    const refusal = { exit: 2, code: 'E_CONFIG_INVALID', zh: /none\.json：读不了/, en: /ENOENT/ };
    await expectRefused(args, refusal, run);
  });

  test('no file named at all', async () => {
    const refusal = {
      exit: 2,
      code: 'E_USAGE',
      zh: /需要 --config/,
      en: /--config FILE is needed/,
    };
    await expectRefused([], refusal, run);
  });

  test('a port in the environment that is no port', async () => {
    const args = ['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', freshData()];
    const refusal = {
      exit: 2,
      code: 'E_USAGE',
      zh: /YIKE_PORT_KIOSK 应为/,
      en: /YIKE_PORT_KIOSK is a port/,
    };
    await expectRefused(args, refusal, (line) => yike(line, { YIKE_PORT_KIOSK: 'eighty' }));
  });

  test('leaves no store behind', async () => {
    const data = freshData();
    await yike(['start', '--config', fileOf({ ...STORE, lanez: [] }), '--data', data]);
    expect(readdirSync(dir)).not.toContain(data.slice(dir.length + 1));
  });
});

describe.concurrent('a box that is not ready is told apart', () => {
  test.each(['kioskPort', 'adminPort'])('%s is held by another program', async (name) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => holder.once('listening', listening));
    const { port } = holder.address() as AddressInfo;
    const data = freshData();
    const listen = { ...ANY_PORT.listen, [name]: port };
    try {
      await expectRefused(['--config', fileOf({ ...STORE, listen }), '--data', data], {
        exit: 113,
        code: 'E_PORT_IN_USE',
        zh: new RegExp(`端口已被占用：port ${port}（${name}）[\\s\\S]*换一个端口`),
        en: new RegExp(`port ${port} \\(${name}\\) is in use[\\s\\S]*another port`),
      });
    } finally {
      holder.close();
    }
    expect(verifyLedger(data)).toMatchObject({ ok: true });
  });

  const aFile = () => fileOf('here already');
  const unwritable: [string, () => string][] = [
    ['below a plain file', () => join(aFile(), 'store')],
    ['a plain file itself', aFile],
    ['where the kernel allows no directory', () => '/proc/yike-store'],
  ];
  test.each(unwritable)('the data directory cannot be made: %s', async (_, where) => {
    const data = where();
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 111,
      code: 'E_NOT_WRITABLE',
      zh: new RegExp(`无法写入（.*${data}`),
      en: new RegExp(`cannot be written \\(.*${data}`),
    });
  });

  function withLedger(storeId = STORE_ID): { data: string; file: string } {
    const data = freshData();
    openLedger({ ...ledgerOptions(data), storeId }).close();
    return { data, file: join(data, LEDGER_FILE) };
  }

  test('the ledger is of a newer version, and stays as it is', async () => {
    const { data, file } = withLedger();
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = readFileSync(file);
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 106,
      code: 'E_NEWER_SCHEMA',
      zh: /更新版本的软件写成（99 > \d+）[\s\S]*升级软件/,
      en: /newer version.*\(99 > \d+\)[\s\S]*Upgrade/,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('the ledger is another store’s, and gains no event', async () => {
    const { data } = withLedger('store-2');
    const before = verifyLedger(data);
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 106,
      code: 'E_WRONG_STORE',
      zh: /不是本店的数据.*store-2/,
      en: /another store.*store-2/,
    });
    expect(verifyLedger(data)).toEqual(before);
  });

  test('the ledger is damaged', async () => {
    const data = freshData();
    mkdirSync(data);
    writeFileSync(join(data, LEDGER_FILE), 'not a database, '.repeat(512));
    await expectRefused(['--config', fileOf({ ...STORE, ...ANY_PORT }), '--data', data], {
      exit: 6,
      code: 'E_CORRUPT',
      zh: /账本文件已损坏[\s\S]*备份/,
      en: /ledger file is damaged[\s\S]*backup/,
    });
  });
});
