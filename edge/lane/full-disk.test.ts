/** A lane whose ledger cannot record: nothing is sold, and the shopper is told why. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Device, DeviceEvent } from '../../drivers/contract.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { LaneCommand } from '../core/views/views.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import { LEDGER_ERRORS, LedgerError } from '../ledger/errors.ts';
import { openLedger } from '../ledger/open.ts';
import {
  countingIds,
  ledgerOptions,
  priceBook,
  temporaryDirectory,
  WATER,
} from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { createLane, type Lane } from './lane.ts';

const clock = createSimulatedClock();
let dir: ReturnType<typeof temporaryDirectory>;
let ledger: Ledger;
let lane: Lane;
let failure: Error | undefined;
let emit: (event: DeviceEvent) => void;

const scanner: StoreDevice = {
  ...{ id: 'scanner-1', kind: 'scanner', driver: 'serial-scanner' },
  config: { id: 'scanner-1', driver: 'serial-scanner', address: '' },
  status: () => ({ state: 'ok', sinceMs: 0, connection: 1, statistics: {} }),
  view: () => {
    throw new Error('nobody looks at it here');
  },
  onEvent(listener) {
    emit = listener;
  },
  current: <D extends Device>() => undefined as D | undefined,
  ...{ onStatus() {}, restart() {}, close: async () => {} },
};

beforeEach(() => {
  dir = temporaryDirectory();
  ledger = openLedger(ledgerOptions(dir.dir));
  ledger.activatePriceBook(priceBook(1), 'a'.repeat(64));
  failure = undefined;
  const name = { zh: '店', en: 'Store' };
  lane = createLane({
    ...{ config: { id: 'lane-1', scanner: 'scanner-1' }, storeName: name, phone: '' },
    ledger: {
      ...ledger,
      append(request) {
        if (failure) throw failure;
        return ledger.append(request);
      },
    },
    devices: {
      all: () => [scanner],
      find: (id) => (id === scanner.id ? scanner : undefined),
      ...{ onStatus() {}, close: async () => {} },
    },
    ...{ clock, ids: countingIds('lane-'), log: silentLog },
    receipts: { storeName: name, weighCore: { version: '', sha256: '' }, localTime: String },
  });
});
afterEach(() => {
  lane.close();
  ledger.close();
  dir.free();
});

const scan = (atMs: number) => emit({ kind: 'code', text: WATER.gtin!, aimId: ']E0', atMs });
const count = () => lane.view().sale?.count ?? 0;
const take: LaneCommand = { kind: 'choose', sku: WATER.sku, by: 'list' };

it('says that the disk is full and sells nothing, until there is room again', async () => {
  scan(0);
  expect(count()).toBe(1);
  failure = new LedgerError('DISK_FULL', dir.dir);
  scan(1_000);
  const { message, next } = LEDGER_ERRORS.DISK_FULL;
  expect(lane.view().notice).toMatchObject({ level: 'error', text: message, next });
  expect(await lane.handle(take, 'full-disk-1')).toEqual({
    ok: false,
    refusal: { code: 'DISK_FULL', message, next },
  });
  expect(count()).toBe(1);
  failure = undefined;
  scan(2_000);
  expect(await lane.handle(take, 'full-disk-1')).toEqual({ ok: true });
  expect(count()).toBe(3);
});

it('does not hide a bug behind words', async () => {
  failure = new TypeError('a bug');
  expect(() => scan(0)).toThrow('a bug');
  await expect(lane.handle(take, 'bug-1')).rejects.toThrow('a bug');
});
