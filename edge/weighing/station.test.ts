/** A plate, its scale and its camera, with a recogniser that answers what the test wants. */
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  Camera,
  Device,
  DeviceEvent,
  DeviceStatus,
  Scale,
  ScaleReading,
} from '../../drivers/contract.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { StoreDevice } from '../devices/devices.ts';
import { APPLE, PEAR, WATER } from '../ledger/shop.fixture.ts';
import type { Recognition, Sighting } from '../recognition/recognition.ts';
import { keptPlaces } from './looking.ts';
import { WEIGH_REFUSALS } from './refusals.ts';
import { createWeighStation, type WeighStation } from './station.ts';

const limits = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const GOODS: Record<string, CatalogueItem> = { apple: APPLE, pear: PEAR, water: WATER };
const seen = new Set<string>();

let clock: ReturnType<typeof createSimulatedClock>;
let station: WeighStation;
let emit: (event: DeviceEvent) => void;
let status: DeviceStatus;
let picture: boolean;
let answer: Sighting;
let zeroed: boolean;
let judged: (string | undefined)[];

const sighting = (state: Sighting['state'], ...skus: string[]): Sighting => ({
  state,
  candidates: skus.map((sku, at) => ({ sku, confidenceBp: 9_000 - at * 1_000 })),
  confident: state === 'ready',
  ms: 20,
});

function device(kind: StoreDevice['kind'], connected: () => Device | undefined): StoreDevice {
  const id = `${kind}-1`;
  return {
    ...{ id, kind, driver: 'test', config: { id, driver: 'test', address: '' } },
    status: () => status,
    view: () => {
      throw new Error('nobody looks at it here');
    },
    onEvent: (listener) => {
      if (kind === 'scale') emit = listener;
    },
    onStatus() {},
    current: <D extends Device>() => connected() as D | undefined,
    ...{ restart() {}, close: async () => {} },
  };
}

function open(withCamera = true): void {
  const scale: Scale = {
    kind: 'scale',
    zero: async () => (zeroed ? { ok: true } : { ok: false, reason: 'not empty' }),
    close: async () => {},
  };
  const camera: Camera = {
    kind: 'camera',
    latest: () =>
      picture ? { kind: 'frame', jpeg: new Uint8Array(), atMs: clock.monoMs() } : undefined,
    judged: (finding) => judged.push(finding),
    close: async () => {},
  };
  const recognition: Pick<Recognition, 'recognise' | 'stats'> = {
    recognise: async () => answer,
    stats: () => ({ items: 3, samples: 30, version: 4 }),
  };
  station = createWeighStation({
    scale: device('scale', () => scale),
    ...(withCamera && { camera: device('camera', () => camera) }),
    ...{ limits, recognition, clock, packSha256: () => 'f'.repeat(64) },
    item: (sku) => GOODS[sku],
  });
}

beforeEach(() => {
  judged = [];
  clock = createSimulatedClock();
  status = { state: 'ok', sinceMs: 0, connection: 1, statistics: {} };
  picture = true;
  zeroed = true;
  answer = sighting('ready', 'apple', 'pear');
  open();
});

/** So many frames, a tenth of a second apart. */
async function shows(kind: ScaleReading['kind'], grams?: number, frames = 4): Promise<void> {
  for (let frame = 0; frame < frames; frame++) {
    emit({ kind, atMs: clock.monoMs(), ...(grams !== undefined && { grams }) });
    await clock.run(100);
  }
}

/** Why a tap on apples is refused now, or `taken`. */
function tapApples(tareGrams = 0): string {
  const taken = station.take(APPLE, tareGrams, 'tile');
  if (taken.ok) return 'taken';
  seen.add(taken.refusal.code);
  return taken.refusal.code;
}

const tiles = () => station.view().tiles.map(({ sku, amountFen }) => [sku, amountFen]);

describe('a tap on a tile', () => {
  it.each<[string, () => Promise<void>, string]>([
    ['with goods at rest takes the weight', () => shows('stable', 612), 'taken'],
    ['while the weight moves', () => shows('moving', 612), 'WEIGHT_MOVING'],
    ['after two equal frames, not three', () => shows('stable', 612, 2), 'WEIGHT_MOVING'],
    ['with too much on the plate', () => shows('overload'), 'WEIGHT_OVER'],
    ['above Max, though the scale says stable', () => shows('stable', 15_002), 'WEIGHT_OVER'],
    ['with the plate under zero', () => shows('underload'), 'WEIGHT_UNDER'],
    ['below Min', () => shows('stable', 38), 'WEIGHT_TOO_LIGHT'],
    ['with an empty plate', () => shows('zero', 0), 'PLATE_EMPTY'],
    ['with a scale that reports a fault', () => shows('fault'), 'SCALE_FAULT'],
    ['with grams off the division', () => shows('stable', 613), 'SCALE_FAULT'],
    [
      'a second after the last frame',
      async () => {
        await shows('stable', 612);
        await clock.run(1_000);
      },
      'SCALE_SILENT',
    ],
  ])('%s', async (_, happens, code) => {
    await shows('zero', 0);
    await happens();
    expect(tapApples()).toBe(code);
    const { hint, weight } = station.view();
    expect(hint === undefined).toBe(code === 'taken');
    if (code === 'SCALE_SILENT') expect(weight).toMatchObject({ kind: 'stale' });
  });

  it.each([
    ['off the division', 3, 'TARE_INVALID'],
    ['below nothing', -2, 'TARE_INVALID'],
    ['heavier than the goods', 612, 'WEIGHT_TOO_LIGHT'],
    ['of the bag', 10, 'taken'],
  ])('with a tare %s', async (_, tareGrams, code) => {
    await shows('zero', 0);
    await shows('stable', 612);
    expect(tapApples(tareGrams)).toBe(code);
  });

  it('shows no weight and no price once the scale is unplugged, until three new frames', async () => {
    await shows('zero', 0);
    await shows('stable', 612);
    expect(tiles()[0]).toEqual(['apple', 732]);
    emit({ kind: 'stale', atMs: clock.monoMs() });
    status = { ...status, state: 'offline', reason: 'PORT_MISSING' };
    const { weight } = station.view();
    expect(weight.kind).toBe('stale');
    expect(weight.grams).toBeUndefined();
    expect(tiles()).toEqual([
      ['apple', undefined],
      ['pear', undefined],
    ]);
    expect(tapApples()).toBe('SCALE_SILENT');
    status = { state: 'ok', sinceMs: 0, connection: 2, statistics: {} };
    await shows('stable', 612, 2);
    expect(tapApples()).toBe('WEIGHT_MOVING');
    await shows('stable', 612, 1);
    expect(tapApples()).toBe('taken');
  });
});

describe('between two weighings the plate must be cleared (INV-W4)', () => {
  it('after a sale, however often it is told, and whatever moves on it', async () => {
    await shows('zero', 0);
    await shows('stable', 612);
    station.release();
    station.release();
    await shows('moving', 640);
    await shows('stable', 640);
    expect(tapApples()).toBe('PLATE_NOT_CLEARED');
    expect(station.view().hint?.en).toContain('clear the plate');
    await shows('zero', 0, 1);
    await shows('stable', 640);
    expect(tapApples()).toBe('taken');
  });

  it('and a record is looked back at for five seconds: a third value is told once', async () => {
    const found: unknown[] = [];
    const weighs = async () => {
      await shows('zero', 0);
      await shows('stable', 612);
      const taken = station.take(APPLE, 0, 'tile');
      if (!taken.ok) throw new Error(taken.refusal.code);
      station.release();
      station.lookBack(taken.value.weighing, (third) => found.push(third));
    };
    await weighs();
    await shows('stable', 614, 2);
    await shows('moving', 640, 2);
    expect(found).toEqual([]);
    await shows('stable', 640);
    expect(found).toEqual([{ is: 'third', grams: 640, afterMs: 400 }]);
    await weighs();
    await shows('zero', 0);
    await shows('stable', 640);
    expect(found).toHaveLength(1);
  });

  it('after a start: what lies there may have been sold before the power went', async () => {
    await shows('stable', 612);
    expect(tapApples()).toBe('PLATE_NOT_CLEARED');
    station.release();
    await shows('stable', 612);
    expect(tapApples()).toBe('PLATE_NOT_CLEARED');
  });
});

describe('tiles', () => {
  it('keep their places while goods lie there, follow the weight, and go with the goods', async () => {
    await shows('zero', 0);
    await shows('stable', 612);
    expect(station.view()).toMatchObject({ recognition: 'ready', confident: true });
    expect(tiles()).toEqual([
      ['apple', 732],
      ['pear', 488],
    ]);
    answer = sighting('ready', 'pear', 'apple');
    await shows('moving', 700, 2);
    await shows('stable', 820);
    expect(tiles()).toEqual([
      ['apple', 981],
      ['pear', 654],
    ]);
    await shows('zero', 0);
    expect(station.view()).toMatchObject({ recognition: 'off', tiles: [] });
    await shows('stable', 820);
    expect(tiles().map(([sku]) => sku)).toEqual(['pear', 'apple']);
  });

  it('are looked at anew where goods are added or changed: who stays keeps the place', async () => {
    await shows('zero', 0);
    answer = sighting('unsure', 'apple', 'pear');
    await shows('stable', 612);
    expect(tiles().map(([sku]) => sku)).toEqual(['apple', 'pear']);
    answer = sighting('ready', 'water', 'pear');
    await shows('moving', 1_000, 2);
    await shows('stable', 1_112);
    expect(tiles().map(([sku]) => sku)).toEqual(['water', 'pear']);
    expect(station.choiceOf('water', 'tile')).toMatchObject({ rank: 1 });
    answer = sighting('ready', 'apple');
    await shows('stable', 1_116);
    expect(
      tiles().map(([sku]) => sku),
      'a trembling weight is no other load',
    ).toEqual(['water', 'pear']);
  });

  it.each([
    ['nothing before', [], ['a', 'b'], ['a', 'b']],
    ['the same in another order', ['a', 'b', 'c'], ['c', 'a', 'b'], ['a', 'b', 'c']],
    ['one for another', ['a', 'b', 'c'], ['d', 'b', 'a'], ['a', 'b', 'd']],
    ['fewer', ['a', 'b', 'c'], ['c', 'd'], ['c', 'd']],
    ['more', ['a'], ['c', 'd', 'a'], ['a', 'c', 'd']],
  ])('places: %s', (_, before, next, expected) => {
    expect(keptPlaces(before, next)).toEqual(expected);
  });

  it.each([
    ['the camera is gone', { sees: false, hasCamera: true }],
    ['the camera is dark or the model missing', { sees: true, hasCamera: true }],
    ['there is no camera', { sees: false, hasCamera: false }],
  ])('are missing where %s, and the list sells all the same', async (_, { sees, hasCamera }) => {
    if (!hasCamera) open(false);
    picture = sees;
    answer = sighting('unavailable');
    await shows('zero', 0);
    await shows('stable', 612, 15);
    expect(station.view()).toMatchObject({ recognition: 'unavailable', tiles: [] });
    expect(station.take(APPLE, 0, 'list')).toMatchObject({
      ok: true,
      value: { weighing: { netGrams: 612, amountFen: 732 }, choice: { by: 'list' } },
    });
  });

  it.each([
    ['a covered lens', { ...sighting('unsure'), camera: 'CAM_BLOCKED' as const }, 'CAM_BLOCKED'],
    ['no light', { ...sighting('unavailable'), camera: 'CAM_DARK' as const }, 'CAM_DARK'],
    ['a good picture', sighting('ready', 'apple'), undefined],
  ])('tell the camera of %s', async (_, seen, told) => {
    answer = seen;
    await shows('zero', 0);
    await shows('stable', 612, 15);
    expect(judged.length).toBeGreaterThan(0);
    expect(new Set(judged)).toEqual(new Set([told]));
  });

  it('tell the camera nothing where nobody looked', async () => {
    answer = sighting('unavailable');
    await shows('zero', 0);
    await shows('stable', 612, 15);
    expect(judged).toEqual([]);
  });

  it('are said to be none of these, perhaps, where the goods look like nothing learnt', async () => {
    answer = sighting('unknown', 'pear', 'apple');
    await shows('zero', 0);
    await shows('stable', 612);
    expect(station.view()).toMatchObject({ recognition: 'unsure', strange: true });
    expect(tiles()).toHaveLength(2);
    answer = sighting('unsure', 'pear', 'apple');
    await shows('zero', 0);
    await shows('stable', 612);
    expect(station.view().strange).toBeUndefined();
  });

  it('are six where the recogniser is not sure, and the choice keeps the evidence', async () => {
    answer = sighting('unsure', 'pear', 'apple', 'gone-from-the-price-book');
    await shows('zero', 0);
    await shows('stable', 612);
    expect(station.view().recognition).toBe('unsure');
    expect(station.choiceOf('apple', 'tile')).toEqual({
      by: 'tile',
      ...{
        rank: 2,
        firstSku: 'pear',
        confidenceBp: 8_000,
        packSha256: 'f'.repeat(64),
        galleryVersion: 4,
        seenAs: 'unsure',
      },
    });
    expect(tiles()).toHaveLength(2);
  });
});

describe('a choice beside what the camera sees', () => {
  const sure = (confident: boolean, ...candidates: [string, number][]): Sighting => ({
    ...{ state: 'ready', confident, ms: 20, sightingId: 'seen-1' },
    candidates: candidates.map(([sku, confidenceBp]) => ({ sku, confidenceBp })),
  });
  it.each<[string, Sighting, string, boolean]>([
    ['of another item is asked about', sure(true, ['pear', 9_850], ['apple', 90]), 'apple', true],
    ['outside all candidates is asked about', sure(true, ['pear', 9_850]), 'apple', true],
    ['of the seen item is not', sure(true, ['pear', 9_700], ['apple', 90]), 'pear', false],
    ['that might be right is not', sure(true, ['pear', 9_800], ['apple', 150]), 'apple', false],
    ['that is seen less strongly is not', sure(true, ['pear', 9_700]), 'apple', false],
    ['where the camera is not sure is not', sure(false, ['pear', 8_000]), 'apple', false],
    ['of an item the book lacks is not', sure(true, ['gone', 9_900]), 'apple', false],
  ])('%s', async (_, seenThere, chosen, asked) => {
    answer = seenThere;
    await shows('zero', 0);
    await shows('stable', 612);
    const doubt = station.doubt(chosen);
    expect(doubt !== undefined).toBe(asked);
    if (!doubt) return;
    seen.add(doubt.refusal.code);
    expect(doubt.refusal.message).toMatchObject({ en: expect.stringContaining(PEAR.name.en) });
    expect(doubt.event('counter-1').body).toMatchObject({ seenSku: 'pear', seenBp: 9_850 });
    // Once: the shopper's word stands for as long as these goods lie there.
    expect(station.doubt(chosen)).toBeUndefined();
    expect(tapApples()).toBe('taken');
    await shows('zero', 0);
    await shows('stable', 612);
    expect(station.doubt(chosen)).toBeDefined();
  });
});

it('zeroing tells whether the scale accepted it', async () => {
  expect(await station.zero()).toMatchObject({ ok: true });
  zeroed = false;
  expect(await station.zero()).toMatchObject({ ok: false });
});

it('every reason not to weigh was met above', () => {
  expect(WEIGH_REFUSALS.filter((code) => !seen.has(code))).toEqual([]);
});
