import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../../drivers/contract.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { COLA, DAY_MS, MILK, PLANOGRAM } from '../core/stock/stock.fixture.ts';
import type { StockAsk } from '../core/views/stock-view.ts';
import type { DeviceTable, StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import { checkInvariants } from '../ledger/invariants.ts';
import { openLedger } from '../ledger/open.ts';
import { countingIds, ledgerOptions, localDay } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { keepStock, offsetHoursOf, type StockKeeper } from './keeper.ts';
import { openTelemetry } from './telemetry.ts';

const item = (sku: string, more: Partial<CatalogueItem>): CatalogueItem => ({
  sku,
  name: { zh: sku, en: sku },
  pinyin: [],
  category: 'c',
  unitPriceFen: 500,
  priceBasis: 'each',
  vatBasisPoints: 900,
  tareGrams: 0,
  onSale: true,
  picture: '',
  ...more,
});
const ITEMS = [
  item('milk', { shelfDays: 5, keep: 'chilled', packSize: 4, leadDays: 1 }),
  item('cola', { packSize: 6 }),
];

let dir: string;
let ledger: Ledger;
let keeper: StockKeeper;
let clock: ReturnType<typeof createSimulatedClock>;
let probe: (event: DeviceEvent) => void;
let shelf: (event: DeviceEvent) => void;
let keys = 0;

/** A device whose events the test speaks itself: what the keeper hears is all it takes. */
function deviceTable(): DeviceTable {
  const listeners: Record<string, ((event: DeviceEvent) => void)[]> = { cooler: [], shelf: [] };
  const device = (id: string) =>
    ({
      id,
      kind: id,
      onEvent: (fn: (event: DeviceEvent) => void) => listeners[id]?.push(fn),
    }) as Partial<StoreDevice> as StoreDevice;
  probe = (event) => {
    for (const fn of listeners.cooler ?? []) fn(event);
  };
  shelf = (event) => {
    for (const fn of listeners.shelf ?? []) fn(event);
  };
  const all = [device('cooler'), device('shelf')];
  return {
    all: () => all,
    find: (id) => all.find((each) => each.id === id),
    onStatus() {},
    close: async () => {},
  };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-keeper-'));
  clock = createSimulatedClock(Date.parse('2026-11-23T02:00:00Z'));
  const ids = countingIds();
  ledger = openLedger(ledgerOptions(dir, { clock, ids }));
  ledger.activatePriceBook(
    { storeId: 'store-1', version: 1, issuedWallMs: 1, items: ITEMS },
    'a'.repeat(64),
  );
  keeper = keepStock({
    ledger,
    devices: deviceTable(),
    clock,
    ids,
    log: silentLog,
    dataDir: dir,
    localDay,
    coldChain: [{ cabinet: 'cabinet-1', cooler: 'cooler', probe: 1, keep: 'chilled' }],
    changed() {},
  });
});
afterEach(() => {
  keeper.close();
  ledger.close();
  rmSync(dir, { recursive: true });
});

async function ask(asked: StockAsk, key = `key-${++keys}`): Promise<string> {
  const answer = await keeper.handle(asked, key, 'Li');
  return answer.ok ? 'done' : answer.refusal.code;
}
const slot = (location: string) =>
  keeper
    .view()
    .cabinets[0]?.shelves.flatMap(({ slots }) => slots)
    .find((each) => each.location === location);
const publish = () => ask({ kind: 'publish-planogram', planogram: PLANOGRAM, basedOn: 0 });

async function filled() {
  await publish();
  await ask({
    kind: 'receive',
    sku: 'milk',
    pieces: 10,
    expiresOn: '2026-11-27',
    supplierLot: 'B1',
  });
  await ask({ kind: 'receive', sku: 'cola', pieces: 40 });
  await ask({ kind: 'start-refill' });
  await ask({
    kind: 'count-slot',
    location: MILK,
    foundPieces: 0,
    addedPieces: 6,
    countedBy: 'hand',
  });
  await ask({
    kind: 'count-slot',
    location: COLA,
    foundPieces: 0,
    addedPieces: 6,
    countedBy: 'weight',
  });
  await ask({ kind: 'end-refill', reason: '' });
}

describe('an operator with a pick list and one box missing', () => {
  it('fills what there is, ends short, and finds the rest on the next list', async () => {
    await publish();
    await ask({ kind: 'receive', sku: 'milk', pieces: 4, expiresOn: '2026-11-27' });
    await ask({ kind: 'receive', sku: 'cola', pieces: 40 });
    expect(
      keeper
        .view()
        .pick.lines.map(({ sku, wantedPieces, shortPieces }) => [sku, wantedPieces, shortPieces]),
    ).toEqual([
      ['cola', 16, 0],
      ['milk', 4, 2],
    ]);
    expect(await ask({ kind: 'start-refill' })).toBe('done');
    expect(await ask({ kind: 'start-refill' })).toBe('REFILL_OPEN');
    expect(
      await ask({
        kind: 'count-slot',
        location: COLA,
        foundPieces: 0,
        addedPieces: 6,
        countedBy: 'hand',
      }),
    ).toBe('done');
    expect(await ask({ kind: 'end-refill', reason: 'a box is missing' })).toBe('done');
    const ended = ledger.tail(1)[0];
    expect(ended).toMatchObject({ type: 'RefillEnded', body: { how: 'cut-short' } });
    expect(slot(COLA)).toMatchObject({ pieces: 6, par: 6 });
    expect(keeper.view().pick.lines.map(({ sku, wantedPieces }) => [sku, wantedPieces])).toEqual([
      ['cola', 10],
      ['milk', 4],
    ]);
    expect(checkInvariants(dir).violations).toEqual([]);
  });

  it('with nothing in the store room has nothing to refill', async () => {
    await publish();
    expect(await ask({ kind: 'start-refill' })).toBe('NOTHING_TO_REFILL');
  });
});

describe('a request', () => {
  it('is carried out once under its key', async () => {
    await publish();
    const asked: StockAsk = { kind: 'receive', sku: 'cola', pieces: 6 };
    expect(await ask(asked, 'same-key')).toBe('done');
    const { seq } = ledger.head();
    expect(await ask(asked, 'same-key')).toBe('done');
    expect(ledger.head().seq).toBe(seq);
    expect(await ask({ ...asked, pieces: 7 }, 'same-key')).toBe('KEY_REUSED');
  });

  it.each<[string, StockAsk]>([
    ['ITEM_WITHOUT_PRICE', { kind: 'receive', sku: 'ghost', pieces: 1 }],
    ['DATE_WRONG', { kind: 'receive', sku: 'milk', pieces: 1, expiresOn: '2026-02-30' }],
    ['LOT_EXPIRED', { kind: 'receive', sku: 'milk', pieces: 1, expiresOn: '2026-11-22' }],
    ['DATE_MISSING', { kind: 'receive', sku: 'milk', pieces: 1 }],
    [
      'PLANOGRAM_INVALID',
      { kind: 'publish-planogram', planogram: { ...PLANOGRAM, shelves: [] }, basedOn: 0 },
    ],
  ])('is refused with %s', async (code, asked) => {
    expect(await ask(asked)).toBe(code);
  });
});

describe('a lot', () => {
  it('sells through the whole of its last local day, and no longer', async () => {
    await filled();
    expect(slot(MILK)?.soonestExpiryWallMs).toBe(Date.parse('2026-11-27T16:00:00Z'));
    clock.advance(Date.parse('2026-11-27T15:59:00Z') - clock.wallMs());
    expect(slot(MILK)?.stopped).toBeUndefined();
    clock.advance(60_000);
    expect(slot(MILK)?.stopped).toBe('LOT_EXPIRED');
    expect(keeper.view().pick.takeOut).toMatchObject([
      { sku: 'milk', pieces: 6, code: 'LOT_EXPIRED' },
    ]);
  });

  it('is marked down as its hours run out, each rung once', async () => {
    await filled();
    clock.advance(Date.parse('2026-11-27T16:00:00Z') - clock.wallMs() - 60_000);
    const rungs = ledger
      .tail(500)
      .flatMap((event) => (event.type === 'LotMarkedDown' ? [event.body.percentOff] : []));
    expect(rungs).toEqual([15, 30, 50]);
  });
});

describe('a cabinet that gets too warm', () => {
  const degrees = (deci: number | undefined, fault?: string) =>
    probe({
      kind: 'temperature',
      probe: 1,
      atMs: clock.monoMs(),
      ...(deci === undefined ? { fault: fault ?? 'probe' } : { deciCelsius: deci }),
    });
  const minutes = (count: number, deci: number | undefined) => {
    for (let at = 0; at < count; at += 1) {
      degrees(deci);
      clock.advance(60_000);
    }
  };

  it('stops its chilled slots, once, until a person clears them', async () => {
    await filled();
    minutes(14, 80);
    expect(slot(MILK)?.stopped).toBeUndefined();
    minutes(3, 80);
    expect(slot(MILK)?.stopped).toBe('SLOT_HELD');
    expect(slot(COLA)?.stopped).toBeUndefined();
    minutes(30, 30);
    expect(slot(MILK)?.stopped).toBe('SLOT_HELD');
    const [hold] = keeper.view().holds;
    expect(hold).toMatchObject({ cause: 'too-warm', deciCelsius: 80, locations: [MILK] });
    expect(keeper.view().holds).toHaveLength(1);
    expect(
      await ask({ kind: 'clear', holdId: hold?.holdId ?? '', verdict: 'discard', note: '' }),
    ).toBe('done');
    expect(slot(MILK)).toMatchObject({ pieces: 0 });
    expect(checkInvariants(dir).violations).toEqual([]);
  });

  it('is not one whose probe broke or fell silent', async () => {
    await filled();
    minutes(5, 30);
    minutes(60, undefined);
    clock.advance(3_600_000);
    expect(keeper.view().holds).toEqual([]);
    expect(keeper.view().cabinets[0]?.cold).toMatchObject({ deciCelsius: 30, fault: 'silent' });
  });

  it('gets half an hour from the closing of its door', async () => {
    await filled();
    minutes(5, 30);
    const visit = { visitId: 'v', cabinetId: 'cabinet-1', monoMs: 0 };
    keeper.heard([{ type: 'DoorOpened', body: visit }]);
    clock.advance(60_000);
    keeper.heard([{ type: 'DoorShut', body: visit }]);
    minutes(29, 90);
    expect(keeper.view().holds).toEqual([]);
    minutes(3, 90);
    expect(keeper.view().holds).toMatchObject([{ cause: 'not-cooled-after-closing' }]);
  });

  it('leaves a week of temperatures outside the ledger', () => {
    minutes(10, 35);
    const { points = [] } = keeper.temperature('cabinet-1') ?? {};
    expect(points.length).toBeGreaterThanOrEqual(9);
    expect(points.at(-1)?.[1]).toBe(35);
    expect(readdirSync(join(dir, 'telemetry/cabinet-1'))).toHaveLength(1);
  });
});

describe('telemetry', () => {
  it('keeps eight days and skips what a power cut left half written', () => {
    const telemetry = openTelemetry(dir);
    for (let day = 0; day < 12; day += 1)
      telemetry.add('c', {
        wallMs: clock.wallMs() + day * DAY_MS,
        deciCelsius: day,
        doorOpen: false,
      });
    expect(telemetry.read('c', 0)).toHaveLength(9);
    const [file = ''] = readdirSync(join(dir, 'telemetry/c')).sort().slice(-1);
    writeFileSync(join(dir, 'telemetry/c', file), '1795,4', { flag: 'a' });
    expect(telemetry.read('c', 0)).toHaveLength(9);
  });
});

it('counts by weight what rests on a cell', async () => {
  const shelves = [
    {
      ...PLANOGRAM.shelves[0]!,
      shelfDevice: 'shelf',
      slots: [{ ...PLANOGRAM.shelves[0]!.slots[0]!, cell: 3 }],
    },
  ];
  await ask({ kind: 'publish-planogram', planogram: { ...PLANOGRAM, shelves }, basedOn: 0 });
  shelf({ kind: 'shelf-weight', cell: 3, state: 'stable', grams: 1010, atMs: 0 });
  expect(slot(MILK)?.weighedPieces).toBe(4);
  shelf({ kind: 'shelf-weight', cell: 3, state: 'moving', atMs: 0 });
  expect(slot(MILK)?.weighedPieces).toBeUndefined();
});

it('proposes orders with their reasons, and orders each once', async () => {
  await filled();
  for (let day = 0; day < 4; day += 1) {
    clock.advance(DAY_MS / 2);
    const move = { sku: 'cola', location: COLA, pieces: -1, grams: 0 };
    ledger.append({
      source: 'cabinet-1',
      events: [{ type: 'StockMoved', body: { cause: 'sale', move } }],
    });
  }
  expect(
    keeper
      .proposals()
      .map(({ sku }) => sku)
      .sort(),
  ).toEqual(['cola', 'milk']);
  expect(await ask({ kind: 'order' })).toBe('done');
  expect(await ask({ kind: 'order' })).toBe('done');
  expect(checkInvariants(dir).violations).toEqual([]);
});

it.each([
  [8, 'Asia/Shanghai'],
  [0, 'UTC'],
  [-5, 'America/Bogota'],
])('knows that the store is %i hours ahead in %s', (hours, timeZone) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  expect(offsetHoursOf((wallMs) => format.format(wallMs), Date.parse('2026-11-23T20:00:00Z'))).toBe(
    hours,
  );
});
