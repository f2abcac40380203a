/** What everybody is told of the store's devices, in simulated time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { DeviceConfig } from '../config/config.ts';
import { silentLog } from '../log.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { openDevices } from './devices.ts';
import { REASONS } from './reasons.ts';

const plate = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const scale: DeviceConfig = { id: 'scale-1', driver: 'enq-dc1', address: 'memory:scale-1', plate };

describe('a device list', () => {
  it.each<[string, Partial<DeviceConfig>, string, string]>([
    ['with a driver nobody wrote', { driver: 'abacus' }, 'DRIVER_UNKNOWN', '"abacus"'],
    ['with a driver by another name', { driver: 'constructor' }, 'DRIVER_UNKNOWN', 'constructor'],
    ['with an option it has not', { options: { colour: 'red' } }, 'OPTIONS_INVALID', 'colour'],
    ['with an option of another type', { options: { dialect: 7 } }, 'OPTIONS_INVALID', 'dialect'],
    ['with a scale without its plate', { plate: undefined }, 'PLATE_MISSING', 'type plate'],
    [
      'with a plate whose Min is above its Max',
      { plate: { minGrams: 15_000, maxGrams: 40, divisionGrams: 2 } },
      'PLATE_IMPOSSIBLE',
      'less than Max',
    ],
    [
      'with a scale not for trade',
      { driver: 'yaohua', options: {} },
      'NOT_FOR_TRADE',
      'may not sell',
    ],
  ])('%s opens nothing and says which', (_, change, code, words) => {
    const config = { ...scale, ...change };
    if (config.plate === undefined) delete config.plate;
    let opened = 0;
    const outcome = openDevices({
      devices: [{ ...scale, id: 'scale-0' }, config],
      ...{ clock: createSimulatedClock(), random: () => 0, log: silentLog },
      open: async () => {
        opened += 1;
        throw new Error('nothing may be opened');
      },
    });
    expect(outcome).toMatchObject({ ok: false, refusal: { code } });
    if (!outcome.ok) expect(outcome.refusal.message.en).toContain('scale-1');
    if (!outcome.ok) expect(outcome.refusal.message.en).toContain(words);
    expect(opened).toBe(0);
  });
});

describe('a device in the shop', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore({ goods: demoGoods(), catalogue: demoCatalogue() });
    await store.ready();
  });
  afterAll(() => store.free());

  const view = (id: string) => store.controller().devices.find(id)!.view();
  const reasonIs = (id: string, reason: string | undefined) =>
    store.run(200_000, () => view(id).reason === reason);

  it.each([
    ['scale-1', 'PORT_MISSING'],
    ['scale-2', 'PORT_MISSING'],
    ['scanner-1', 'PORT_MISSING'],
    ['printer-1', 'PORT_MISSING'],
    ['printer-2', 'PORT_MISSING'],
    ['camera-1', 'UNREACHABLE'],
    ['payment-1', 'NO_REPLY'],
  ] as const)(
    '%s that is unplugged says why and what to do, and comes back',
    async (id, reason) => {
      store.world.unplug(id);
      expect(await reasonIs(id, reason)).toBe(true);
      const unwell = view(id);
      expect(unwell).toMatchObject({ state: 'offline', ...REASONS[reason] });
      expect(unwell.sinceWallMs).toBeLessThanOrEqual(store.clock.wallMs());
      expect(unwell.lastSeenWallMs).toBeLessThanOrEqual(unwell.sinceWallMs);
      const screens = [store.view(), store.counter().view()].flatMap(({ devices }) => devices);
      const shown = screens.filter((device) => device.id === id);
      expect(shown).toEqual([
        { id, kind: unwell.kind, state: 'offline', why: REASONS[reason].why },
      ]);
      store.world.plug(id);
      expect(await store.run(60_000, () => view(id).state === 'ok')).toBe(true);
      expect(view(id).reason).toBeUndefined();
    },
  );

  it.each([
    ['printer-1', 'paper-out', 'PAPER_OUT'],
    ['printer-1', 'paper-low', 'PAPER_LOW'],
    ['printer-2', 'cover-open', 'COVER_OPEN'],
    ['scale-1', 'silence', 'NO_REPLY'],
    ['scale-2', 'garbage', 'BAD_FRAMES'],
    ['payment-1', 'wrong-sign', 'NO_REPLY'],
  ] as const)('%s with %s says %s', async (id, fault, reason) => {
    store.world.fault(id, fault);
    expect(await reasonIs(id, reason), `${view(id).state} ${view(id).reason}`).toBe(true);
    expect(view(id).why).toEqual(REASONS[reason].why);
    store.world.fault(id, undefined);
    expect(await store.run(60_000, () => view(id).state === 'ok')).toBe(true);
  });

  it('closed and opened again by hand is another connection', async () => {
    const table = store.controller().devices;
    const before = table.find('printer-1')!.status().connection;
    table.find('printer-1')!.restart();
    const anew = () => table.find('printer-1')!.status();
    expect(await store.run(20_000, () => anew().connection > before && anew().state === 'ok')).toBe(
      true,
    );
  });
});
