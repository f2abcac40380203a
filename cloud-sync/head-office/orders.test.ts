import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchText, silent, storeFixture } from '../store.fixture.ts';
import { eventsPath } from '../wire.ts';
import {
  freshStoreId,
  type TestDatabase,
  testDatabase,
  withoutPostgres,
} from './head-office.fixture.ts';
import { type HeadOffice, startHeadOffice } from './head-office.ts';
import { systemClock } from './runtime.ts';

const TOKEN = 'a-token-of-the-store';

describe.skipIf(withoutPostgres())('orders of goods at head office', () => {
  let database: TestDatabase;
  let headOffice: HeadOffice;
  const storeId = freshStoreId();
  const tokens = { [storeId]: TOKEN };

  beforeAll(async () => {
    database = await testDatabase();
    headOffice = await startHeadOffice({
      ...{ port: 0, dataDir: '', databaseUrl: database.url, tokens, operatorToken: 'the-operator' },
      ...{ clock: systemClock(), log: silent },
    });
  });
  afterAll(async () => {
    await headOffice?.close();
    await database?.close();
  });

  it('are open from the store’s event until it has received or cancelled them', async () => {
    const store = storeFixture(storeId);
    const reason = { zh: '快卖完了', en: 'running out' };
    for (const orderId of ['a', 'b', 'c'])
      store.append({
        type: 'ReplenishmentOrdered',
        body: {
          orderId,
          cabinetId: 'cabinet-1',
          sku: `sku-${orderId}`,
          packs: 2,
          pieces: 12,
          reason,
        },
      });
    store.append({ type: 'ReplenishmentReceived', body: { orderId: 'a', pieces: 12 } });
    store.append({ type: 'ReplenishmentCancelled', body: { orderId: 'b', reason: 'late' } });
    const sent = await fetch(headOffice.url + eventsPath(storeId), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-encoding': 'gzip',
        'content-type': 'application/x-ndjson',
      },
      body: gzipSync(batchText(store, 1, store.events.length)),
    });
    expect(sent.status).toBe(200);
    const response = await fetch(`${headOffice.url}/v1/stores/${storeId}/orders`, {
      headers: { authorization: 'Bearer the-operator' },
    });
    expect(await response.json()).toMatchObject({
      orders: [{ store: storeId, orderId: 'c', pieces: 12, reason }],
    });
    const stranger = await fetch(`${headOffice.url}/v1/stores/${storeId}/orders`);
    expect(stranger.status).toBe(401);
  });
});
