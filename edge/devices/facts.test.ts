/** Another device behind the same name: nothing is weighed with it before a person confirms it. */
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../drivers/clock-for-tests.ts';
import type { ByteWire, DeviceEvent } from '../../drivers/contract.ts';
import { memoryPair } from '../../drivers/wire/memory.ts';
import type { DeviceConfig } from '../config/config.ts';
import { silentLog } from '../log.ts';
import { openDevices } from './devices.ts';
import { admission, type FactsFile, openFacts } from './facts.ts';

const config: DeviceConfig = {
  id: 'scale-1',
  driver: 'mt-sics',
  address: 'memory:scale-1',
  plate: { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 },
};

function memoryFile(text?: string): FactsFile & { text(): string | undefined } {
  let held = text;
  return {
    read: () => held,
    write: (next) => {
      held = next;
    },
    text: () => held,
  };
}

/** A store with one scale that answers as `scale` says; `swap` makes it another one. */
function bench(
  file: FactsFile,
  scale: { serial: string | undefined; grams: number; moving?: boolean },
) {
  const manual = manualClock(1000);
  const clock = {
    ...manual,
    // In small steps: what a connection does at once takes many turns.
    async advance(byMs: number) {
      for (let passed = 0; passed < byMs; passed += 250) await manual.advance(250);
    },
    wallMs: () => 1_800_000_000_000,
    wallQuality: () => 'trusted' as const,
  };
  const events: DeviceEvent[] = [];
  let far: ByteWire | undefined;
  const opened = openDevices({
    devices: [config],
    ...{ clock, random: () => 1, log: silentLog, facts: file },
    open: async () => {
      const [near, other] = memoryPair(config.address);
      far = other;
      other.onBytes((bytes) => {
        const asked = Buffer.from(bytes).toString('latin1').trim();
        const serial = scale.serial === undefined ? 'ES' : `I4 A "${scale.serial}"`;
        const kilos = (scale.grams / 1000).toFixed(3).padStart(10);
        const said =
          asked === 'SI'
            ? `S ${scale.moving ? 'D' : 'S'} ${kilos} kg`
            : asked === 'I4'
              ? serial
              : 'ES';
        void other.write(Buffer.from(`${said}\r\n`, 'latin1'));
      });
      return near;
    },
  });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  const device = opened.value.find('scale-1')!;
  device.onEvent((event) => void events.push(event));
  const replug = async () => {
    await far?.close();
    await clock.advance(3000);
  };
  return { clock, device, events, replug, close: () => opened.value.close() };
}

describe('a scale that is swapped', () => {
  test('is locked until a person confirms it, also after a restart, and inherits no calibration', async () => {
    const file = memoryFile();
    const scale = { serial: 'A100' as string | undefined, grams: 500 };
    const first = bench(file, scale);
    await first.clock.advance(2000);
    expect(first.device.status()).toMatchObject({
      state: 'ok',
      identity: { serialNumber: 'A100' },
    });
    expect(first.events.at(-1)).toMatchObject({ kind: 'stable', grams: 500 });
    const points = [{ appliedGrams: 1000, shownGrams: 1000 }];
    first.device.calibrated({ by: 'Li', atWallMs: 1, dueWallMs: 2e12, points, passed: true });

    scale.serial = 'B200';
    await first.replug();
    const seen = first.events.length;
    await first.clock.advance(3000);
    expect(first.device.status()).toMatchObject({
      state: 'fault',
      reason: 'DEVICE_CHANGED',
      detail: { en: 'serialNumber A100 → B200' },
    });
    expect(first.device.current()).toBeUndefined();
    expect(first.events.slice(seen)).toEqual([]);
    expect(first.device.facts().calibration).toBeDefined();
    await first.close();

    // Also a scale that no longer tells its number stays locked after the power came back.
    scale.serial = undefined;
    const again = bench(file, scale);
    await again.clock.advance(3000);
    expect(again.device.status()).toMatchObject({ state: 'fault', reason: 'DEVICE_CHANGED' });
    expect(again.events).toEqual([]);
    scale.serial = 'B200';
    await again.replug();
    expect(again.device.confirm('Wang')).toBe(true);
    await again.clock.advance(3000);
    expect(again.device.status().state).toBe('ok');
    expect(again.device.facts()).toMatchObject({
      identity: { serialNumber: 'B200' },
      confirmed: { by: 'Wang' },
    });
    expect(again.device.facts().calibration).toBeUndefined();
    expect(again.device.confirm('Wang')).toBe(false);
    await again.close();
  });

  test('and comes back by itself needs nobody', async () => {
    const scale = { serial: 'A100' as string | undefined, grams: 500 };
    const { clock, device, replug, close } = bench(memoryFile(), scale);
    await clock.advance(2000);
    scale.serial = 'B200';
    await replug();
    expect(device.status().reason).toBe('DEVICE_CHANGED');
    scale.serial = 'A100';
    await replug();
    expect(device.status().state).toBe('ok');
    await close();
  });
});

describe('a device that is switched off', () => {
  test('says who and why, stays off after a restart, and opens no port meanwhile', async () => {
    const file = memoryFile();
    const scale = { serial: 'A100', grams: 500 };
    const first = bench(file, scale);
    await first.clock.advance(2000);
    await first.device.disable('Li', 'changing the plate');
    await first.clock.advance(60_000);
    const off = { state: 'disabled', reason: 'DISABLED_BY', connection: 1 };
    expect(first.device.status()).toMatchObject(off);
    expect(first.device.status().detail?.en).toMatch(/Li .*changing the plate/);
    await first.close();
    const again = bench(file, scale);
    await again.clock.advance(60_000);
    expect(again.device.status()).toMatchObject({ ...off, connection: 0 });
    again.device.enable();
    again.device.enable();
    await again.clock.advance(3000);
    expect(again.device.status().state).toBe('ok');
    await again.close();
  });

  test('lent out comes back when the time is up, and not before', async () => {
    const { clock, device, close } = bench(memoryFile(), { serial: 'A100', grams: 0 });
    await clock.advance(2000);
    await device.release(60_000, 'Li');
    await clock.advance(59_000);
    expect(device.status()).toMatchObject({ state: 'disabled', reason: 'RELEASED' });
    await clock.advance(5000);
    expect(device.status().state).toBe('ok');
    await device.release(60_000, 'Li');
    device.claim();
    await clock.advance(3000);
    expect(device.status().state).toBe('ok');
    await close();
  });
});

describe('standing wrong', () => {
  test('an empty scale that is not at zero is told after a minute, and no sooner', async () => {
    const scale = { serial: 'A100', grams: 14 };
    const { clock, device, close } = bench(memoryFile(), scale);
    await clock.advance(50_000);
    expect(device.status().state).toBe('ok');
    await clock.advance(15_000);
    expect(device.status()).toMatchObject({
      state: 'warn',
      reason: 'SCALE_NOT_ZERO',
      detail: { en: '+14 g' },
    });
    scale.grams = 0;
    await clock.advance(2000);
    expect(device.status().state).toBe('ok');
    await close();
  });

  test('a load that never comes to rest is told after half a minute', async () => {
    const scale = { serial: 'A100', grams: 500, moving: true };
    const { clock, device, close } = bench(memoryFile(), scale);
    await clock.advance(20_000);
    expect(device.status().state).toBe('ok');
    await clock.advance(15_000);
    expect(device.status()).toMatchObject({ state: 'warn', reason: 'SCALE_UNSTABLE' });
    await close();
  });

  test('a verification that ran out is told, and the scale goes on', async () => {
    const { clock, device, close } = bench(memoryFile(), { serial: 'A100', grams: 0 });
    await clock.advance(2000);
    device.calibrated({
      by: 'Li',
      atWallMs: 1,
      dueWallMs: 1_700_000_000_000,
      points: [],
      passed: true,
    });
    expect(device.view()).toMatchObject({
      state: 'warn',
      reason: 'SCALE_CAL_DUE',
      detail: { zh: '2023-11-14', en: '2023-11-14' },
    });
    expect(device.current()).toBeDefined();
    await close();
  });
});

test('facts that cannot be read open nothing: a lock that was on may not fall off', () => {
  expect(() => openFacts(memoryFile('{"scale-1":'))).toThrow();
});

test('only what both sides tell is compared, and firmware may change', () => {
  const book = openFacts(memoryFile());
  expect(admission(book, 'x', {})).toBeUndefined();
  expect(admission(book, 'x', { model: 'BBA', firmware: '1' })).toBeUndefined();
  expect(admission(book, 'x', { model: 'BBA', firmware: '2', usb: '1a86:7523' })).toBeUndefined();
  expect(admission(book, 'x', { usb: '0403:6001' })).toBeUndefined();
  expect(admission(book, 'x', { model: 'ICS' })).toBe('model BBA → ICS');
});

test('two scales behind adapters that look alike: cables swapped, each is named, and none weighs', async () => {
  const manual = manualClock(1000);
  const clock = {
    ...manual,
    async advance(byMs: number) {
      for (let passed = 0; passed < byMs; passed += 250) await manual.advance(250);
    },
    wallMs: () => 1_800_000_000_000,
    wallQuality: () => 'trusted' as const,
  };
  /** Which scale hangs at which path: adapters without a number give paths as they please. */
  const at: Record<string, string> = { 'memory:1': 'A100', 'memory:2': 'B200' };
  const ends: ByteWire[] = [];
  const opened = openDevices({
    devices: [1, 2].map((n) => ({ ...config, id: `scale-${n}`, address: `memory:${n}` })),
    ...{ clock, random: () => 1, log: silentLog, facts: memoryFile() },
    open: async (address) => {
      const [near, far] = memoryPair(address);
      ends.push(far);
      far.onBytes((bytes) => {
        const asked = Buffer.from(bytes).toString('latin1').trim();
        const weight = 'S S      0.500 kg';
        const said = asked === 'SI' ? weight : asked === 'I4' ? `I4 A "${at[address]}"` : 'ES';
        void far.write(Buffer.from(`${said}\r\n`, 'latin1'));
      });
      return near;
    },
  });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  const scales = opened.value.all();
  const replug = async () => {
    for (const end of ends.splice(0)) await end.close();
    await clock.advance(6000);
  };
  await clock.advance(2000);
  expect(scales.map((each) => each.status().state)).toEqual(['ok', 'ok']);
  Object.assign(at, { 'memory:1': 'B200', 'memory:2': 'A100' });
  await replug();
  expect(scales.map((each) => each.status().detail?.en)).toEqual([
    'serialNumber A100 → B200 = scale-2',
    'serialNumber B200 → A100 = scale-1',
  ]);
  expect(scales.map((each) => each.current())).toEqual([undefined, undefined]);
  Object.assign(at, { 'memory:1': 'A100', 'memory:2': 'B200' });
  await replug();
  expect(scales.map((each) => each.status().state)).toEqual(['ok', 'ok']);
  await opened.value.close();
});
