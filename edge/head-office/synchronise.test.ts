/** A real ledger and a real head office, over a real connection. */
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  freshStoreId,
  temporaryDir,
  testDatabase,
  withoutPostgres,
} from '../../cloud-sync/head-office/head-office.fixture.ts';
import { type HeadOffice, startHeadOffice } from '../../cloud-sync/head-office/head-office.ts';
import type { Config } from '../config/config.ts';
import { backupLedger, restoreLedger } from '../ledger/backup.ts';
import type { Ledger } from '../ledger/contract.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions, priceBook, sellApples } from '../ledger/shop.fixture.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { silentLog } from '../log.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { type Synchronising, startSynchronising } from './synchronise.ts';

const TOKEN = 'a-token-of-the-store';
const STORE_ID = freshStoreId();
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function configWith(headOffice: Config['headOffice']): Config {
  return {
    store: { id: STORE_ID, name: { zh: '店', en: 'Store' }, timeZone: 'Asia/Shanghai', phone: '' },
    ...{ devices: [], lanes: [], counters: [], cabinets: [], stock: { coldChain: [] } },
    losses: { fewestLines: 20, fewestRemoved: 5, timesUsual: 2, leastGrams: 20, ownBagGrams: 300 },
    listen: { host: '127.0.0.1', kioskPort: 0, adminPort: 0 },
    ...(headOffice && { headOffice }),
  };
}

function openStore(dir: string): Ledger {
  return openLedger(ledgerOptions(dir, { ids: systemIds, storeId: STORE_ID }));
}

function startSync(ledger: Ledger, url?: string): Synchronising {
  return startSynchronising({
    config: configWith(url ? { url, token: TOKEN } : undefined),
    ledger,
    clock: systemClock(),
    random: () => 0,
    log: silentLog,
    onChange() {},
  });
}

async function until(what: () => boolean, sync: Synchronising): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!what()) {
    expect(Date.now(), JSON.stringify(sync.status())).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const newStore = (): string => {
  const dir = temporaryDir();
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

describe.skipIf(withoutPostgres())('a store and its head office', () => {
  async function open(): Promise<HeadOffice> {
    const database = await testDatabase();
    undo.push(database.close);
    const headOffice = await startHeadOffice({
      ...{ port: 0, dataDir: '', databaseUrl: database.url, tokens: { [STORE_ID]: TOKEN } },
      ...{ clock: systemClock(), log: silentLog },
    });
    undo.push(headOffice.close);
    return headOffice;
  }

  it('prices come down, sales go up, and after a restart the store goes on where it was', async () => {
    const headOffice = await open();
    expect((await headOffice.seedPriceBook({ ...priceBook(7), storeId: STORE_ID })).ok).toBe(true);
    const dir = newStore();

    const first = openStore(dir);
    const sync = startSync(first, headOffice.url);
    await until(() => first.priceBookVersion() === 7, sync);
    sellApples(first, 'sale-1');
    sync.nudge();
    await until(() => sync.status().unsent === 0, sync);
    expect(sync.status()).toMatchObject({ link: 'up', ackedSeq: first.head().seq });
    await sync.close();
    sellApples(first, 'sale-2');
    first.close();

    const second = openStore(dir);
    const again = startSync(second, headOffice.url);
    await until(() => again.status().unsent === 0, again);
    const held = await headOffice.events(STORE_ID, 0, 1000);
    expect(held).toEqual(second.readAfter(0, 1000));
    expect(await headOffice.state(STORE_ID)).toMatchObject({ quarantined: [] });
    const standing = await again.standing();
    expect(standing).toMatchObject({ ok: true, value: { headSeq: held.length, quarantined: [] } });
    expect(again.messages()[0]).toMatchObject({ kind: 'sent', seq: held.length });
    await again.close();
    second.close();
  });

  it('a store restored from its backup goes on as a new epoch; the box it replaced is refused', async () => {
    const headOffice = await open();
    expect((await headOffice.seedPriceBook({ ...priceBook(7), storeId: STORE_ID })).ok).toBe(true);
    const [dir, copy, fresh] = [newStore(), newStore(), newStore()];
    const sellAndSend = async (ledger: Ledger, saleId: string) => {
      const sync = startSync(ledger, headOffice.url);
      await until(() => ledger.priceBookVersion() === 7, sync);
      sellApples(ledger, saleId);
      sync.nudge();
      await until(() => sync.status().unsent === 0, sync);
      await sync.close();
      ledger.close();
    };
    await sellAndSend(openStore(dir), 'sale-1');
    const { seq } = await backupLedger(dir, copy, 0);
    await sellAndSend(openStore(dir), 'sale-lost-with-the-disk');

    expect(restoreLedger(copy, fresh)).toMatchObject({ epoch: 2, anchoredSeq: seq });
    await sellAndSend(openStore(fresh), 'sale-2');
    const report = verifyLedger(fresh);
    expect(report).toMatchObject({ ok: true, epoch: 2, anchored: true });
    expect(await headOffice.state(STORE_ID)).toMatchObject({ epoch: 2, quarantined: [] });

    const old = openStore(dir);
    const sync = startSync(old, headOffice.url);
    await until(() => sync.status().lastError !== undefined, sync);
    expect(sync.status().lastError).toMatch(/epoch/i);
    await sync.close();
    old.close();
  });
});

describe('a store by itself', () => {
  it('says that it works alone, and what it would send', async () => {
    const ledger = openStore(newStore());
    const sync = startSync(ledger);
    sync.nudge();
    const { seq } = ledger.head();
    expect(sync.status()).toEqual({ link: 'off', unsent: seq, ackedSeq: 0, headSeq: seq });
    await sync.close();
    ledger.close();
  });

  it('goes on selling while head office is out of reach, and says so', async () => {
    const ledger = openStore(newStore());
    const sync = startSync(ledger, 'http://127.0.0.1:9');
    await until(() => sync.status().lastError !== undefined, sync);
    expect(sync.status()).toMatchObject({ link: 'down', unsent: ledger.head().seq });
    expect(sync.status().lastError).toMatch(/^HEAD_OFFICE_UNREACHABLE/);
    await sync.close();
    ledger.close();
  });
});

it('a store without head office says so, whatever it is asked', async () => {
  const ledger = openStore(newStore());
  const sync = startSync(ledger);
  expect(sync.status().link).toBe('off');
  expect(await sync.standing()).toMatchObject({ ok: false, refusal: { code: 'NO_HEAD_OFFICE' } });
  sync.tryNow();
  expect(sync.messages()).toEqual([]);
  await sync.close();
  ledger.close();
});

it('out of reach it waits longer and longer; a person’s wish is tried at once', async () => {
  const ledger = openStore(newStore());
  const sync = startSync(ledger, 'http://127.0.0.1:9');
  await until(() => (sync.status().nextTryWallMs ?? 0) > 0, sync);
  await until(() => sync.messages().length > 0, sync);
  expect(sync.messages()[0]).toMatchObject({ level: 'warn', kind: 'said' });
  sync.tryNow();
  expect(sync.status().nextTryWallMs).toBeUndefined();
  await sync.close();
  ledger.close();
});
