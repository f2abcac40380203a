import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ioClock } from '../../drivers/wire/io-clock.ts';
import { openHttpWire } from '../../drivers/wire/request.ts';
import type { CatalogueItem, PriceBook } from '../../edge/core/catalogue/catalogue.ts';
import { createDownlink } from '../downlink.ts';
import { silent } from '../store.fixture.ts';
import { priceBookPath } from '../wire.ts';
import {
  freshStoreId,
  type TestDatabase,
  testDatabase,
  withoutPostgres,
} from './head-office.fixture.ts';
import { type HeadOffice, startHeadOffice } from './head-office.ts';
import { systemClock } from './runtime.ts';

const OPERATOR = 'the-operators-token';
const TOKEN = 'a-token-of-the-store';

const apple: CatalogueItem = {
  sku: 'apple',
  name: { zh: '红富士苹果', en: 'Fuji apple' },
  pinyin: ['hfspg'],
  plu: '4131',
  category: '水果',
  unitPriceFen: 1196,
  priceBasis: 'kg',
  vatBasisPoints: 900,
  tareGrams: 0,
  onSale: true,
  picture: '',
};

describe.skipIf(withoutPostgres())('prices from head office', () => {
  let database: TestDatabase;
  let headOffice: HeadOffice;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    const clock = systemClock();
    headOffice = await startHeadOffice({
      ...{ port: 0, dataDir: '', databaseUrl: database.url, tokens, operatorToken: OPERATOR },
      ...{ clock, log: silent },
    });
  });

  afterAll(async () => {
    await headOffice?.close();
    await database?.close();
  });

  const newStore = () => {
    const storeId = freshStoreId();
    tokens[storeId] = TOKEN;
    return storeId;
  };
  const book = (storeId: string, version: number): PriceBook => ({
    ...{ storeId, version, issuedWallMs: 1, items: [{ ...apple, unitPriceFen: 1000 + version }] },
  });
  const publish = async (storeId: string, text: string, token = OPERATOR) => {
    const response = await fetch(headOffice.url + priceBookPath(storeId), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: text,
    });
    return { status: response.status, code: (await response.json()).code };
  };

  it('reach the store they were published for, as the text they were published as', async () => {
    const storeId = newStore();
    const text = JSON.stringify(book(storeId, 4), null, 2);
    expect(await publish(storeId, text)).toEqual({ status: 201 });
    const used: { book: PriceBook; sha256: string }[] = [];
    const wire = openHttpWire(headOffice.url, ioClock);
    await new Promise<void>((done) => {
      const downlink = createDownlink({
        ...{ storeId, token: TOKEN, send: wire.request, clock: systemClock(), random: () => 0.5 },
        version: () => used.at(-1)?.book.version ?? 0,
        activate: (given, sha256) => void used.push({ book: given, sha256 }),
        everyMs: 1,
        log: silent,
        onHeard: () => {
          if (used.length > 0) downlink.close().then(done);
        },
      });
    });
    await wire.close();
    expect(used).toHaveLength(1);
    expect(used[0]?.book).toEqual(book(storeId, 4));
    expect(await headOffice.state(storeId)).toMatchObject({ priceBookVersion: 4 });
  });

  it('rise with every publication; the same book again is no mistake', async () => {
    const storeId = newStore();
    const text = (version: number) => JSON.stringify(book(storeId, version));
    expect(await publish(storeId, text(5))).toEqual({ status: 201 });
    expect(await publish(storeId, text(5))).toEqual({ status: 201 });
    expect(await publish(storeId, text(4))).toEqual({ status: 409, code: 'BOOK_NOT_NEWER' });
    expect(
      await publish(storeId, JSON.stringify({ ...book(storeId, 5), issuedWallMs: 2 })),
    ).toEqual({
      status: 409,
      code: 'BOOK_NOT_NEWER',
    });
    expect((await headOffice.seedPriceBook(book(storeId, 6))).ok).toBe(true);
    expect((await headOffice.seedPriceBook(book(storeId, 6))).ok).toBe(true);
  });

  it('are checked whole before they are published', async () => {
    const storeId = newStore();
    const half = { ...book(storeId, 1), items: [{ ...apple, unitPriceFen: 0.5 }] };
    for (const [text, code] of [
      [JSON.stringify(half), 'PRICE_BOOK_INVALID'],
      ['{', 'PRICE_BOOK_INVALID'],
      [JSON.stringify(book('another', 1)), 'BOOK_OF_ANOTHER_STORE'],
    ] as const) {
      expect(await publish(storeId, text)).toEqual({ status: 422, code });
    }
    expect(await headOffice.state(storeId)).toBeUndefined();
  });

  it('are published by the operator alone', async () => {
    const storeId = newStore();
    const text = JSON.stringify(book(storeId, 1));
    expect(await publish(storeId, text, TOKEN)).toEqual({ status: 401, code: 'TOKEN_REFUSED' });
  });
});
