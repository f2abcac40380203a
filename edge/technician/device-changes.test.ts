/** Moved, swapped and spoken to by hand: what a technician does to a device, in simulated time. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock, settle } from '../../drivers/clock-for-tests.ts';
import { WireError } from '../../drivers/contract.ts';
import { memoryPair } from '../../drivers/wire/memory.ts';
import { checkConfig } from '../config/config.ts';
import type { Outcome } from '../core/ports.ts';
import { openDevices } from '../devices/devices.ts';
import type { FactsFile } from '../devices/facts.ts';
import { silentLog } from '../log.ts';
import type { HandledEvent } from './handled-directly.ts';
import { technician } from './technician.ts';

const plate = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const scale = (id: string, address = `memory:${id}`, more: object = {}) => ({
  ...{ id, driver: 'mt-sics', address, plate },
  ...more,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yike-changes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store of devices; each address that `serials` names answers as a scale of that number. */
function bench(devices: object[], serials: Record<string, string>, lanes: object[] = []) {
  const configFile = join(folder, 'store.json');
  const content = { store: { id: 's-1', name: { zh: '店', en: 'Store' } }, devices, lanes };
  writeFileSync(configFile, JSON.stringify(content));
  const checked = checkConfig(content, configFile);
  if (!checked.ok) throw new Error(checked.refusal.message.en);
  const manual = manualClock(1000);
  const clock = {
    ...manual,
    async advance(byMs: number) {
      for (let passed = 0; passed < byMs; passed += 250) await manual.advance(250);
    },
    wallMs: () => 1_800_000_000_000 + manual.monoMs(),
    wallQuality: () => 'trusted' as const,
  };
  let facts: string | undefined;
  const factsFile: FactsFile = {
    read: () => facts,
    write: (text) => {
      facts = text;
    },
  };
  const opened = openDevices({
    devices: checked.value.devices,
    ...{ clock, random: () => 1, log: silentLog, facts: factsFile },
    open: async (address) => {
      const serial = serials[address.split('?')[0] ?? ''];
      if (serial === undefined)
        throw new WireError('PORT_MISSING', `${address}: 没有 Nothing there`);
      const [near, far] = memoryPair(address);
      far.onBytes((bytes) => {
        const asked = Buffer.from(bytes).toString('latin1').trim();
        const said = { SI: 'S S      0.500 kg', I4: `I4 A "${serial}"` }[asked] ?? 'ES';
        void far.write(Buffer.from(`${said}\r\n`, 'latin1'));
      });
      return near;
    },
  });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  const told: HandledEvent['body'][] = [];
  const append = ({ events }: { events: HandledEvent[] }) =>
    told.push(...events.map(({ body }) => body));
  const controller = {
    ...{ devices: opened.value, clock, config: checked.value },
    ledger: { append },
  };
  const tools = technician({ controller, configFile });
  const inFile = () => JSON.parse(readFileSync(configFile, 'utf8')).devices as { id: string }[];
  const state = (id: string) => opened.value.find(id)?.status();
  return {
    clock,
    tools,
    told,
    inFile,
    state,
    table: opened.value,
    close: () => opened.value.close(),
  };
}

const got = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.refusal.message.en);
  return outcome.value;
};
const codeOf = (outcome: Outcome<unknown>) => (outcome.ok ? 'ok' : outcome.refusal.code);

describe('other settings', () => {
  test('are kept once the device answers, and only then are in the file', async () => {
    const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1', 'memory:other': 'A1' });
    await at.clock.advance(2000);
    const user = at.table.find('scale-1');
    const heard: object[] = [];
    user?.onEvent((event) => heard.push(event));
    const begun = await at.tools.configure('scale-1', { address: 'memory:other' }, 'Li');
    expect(got(begun).changes).toEqual(['address memory:scale-1 → memory:other']);
    expect(at.inFile()).toMatchObject([{ address: 'memory:scale-1' }]);
    expect(codeOf(await at.tools.configure('scale-1', { address: 'memory:x' }, 'Li'))).toBe(
      'TRIAL_RUNS',
    );
    await at.clock.advance(3000);
    expect(at.inFile()).toMatchObject([{ id: 'scale-1', address: 'memory:other', plate }]);
    expect(got(await at.tools.show('scale-1'))).toMatchObject({
      ...{ state: 'ok', address: 'memory:other', trial: { state: 'kept' } },
    });
    // Whoever listened goes on hearing the same device.
    expect(heard.length).toBeGreaterThan(5);
    expect(at.told).toMatchObject([{ act: 'configure', by: 'Li', deviceId: 'scale-1' }]);
    await at.close();
    await settle();
    expect(at.clock.timers()).toBe(0);
  });

  test('that stay silent for a minute are undone, and the file never moved', async () => {
    const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1' });
    await at.clock.advance(2000);
    got(await at.tools.configure('scale-1', { address: 'memory:nowhere' }, 'Li'));
    await at.clock.advance(30_000);
    expect(at.state('scale-1')).toMatchObject({ state: 'offline' });
    expect(got(await at.tools.show('scale-1')).trial?.state).toBe('waiting');
    await at.clock.advance(35_000);
    expect(at.state('scale-1')).toMatchObject({ state: 'ok' });
    expect(got(await at.tools.show('scale-1'))).toMatchObject({
      ...{ address: 'memory:scale-1', trial: { state: 'undone', why: 'PORT_MISSING' } },
    });
    expect(at.inFile()).toMatchObject([{ address: 'memory:scale-1' }]);
    expect(at.told.map(({ by, detail }) => [by, detail])).toEqual([
      ['Li', 'address memory:scale-1 → memory:nowhere'],
      ['box', 'undone: PORT_MISSING'],
    ]);
    await at.close();
  });

  test('are shown without being tried, and what is none of its kind is refused', async () => {
    const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1' });
    await at.clock.advance(1000);
    const dry = { options: { pollMs: 200 }, dryRun: true };
    expect(got(await at.tools.configure('scale-1', dry, 'Li')).changes).toEqual(['pollMs - → 200']);
    expect(at.told).toEqual([]);
    const refused: [object, string][] = [
      [{ address: 'memory:scale-1' }, 'SAME_SETTINGS'],
      [{ driver: 'escpos' }, 'KIND_DIFFERS'],
      [{ driver: 'abacus' }, 'DRIVER_UNKNOWN'],
      [{ options: { colour: 'red' } }, 'OPTIONS_INVALID'],
    ];
    for (const [wanted, code] of refused)
      expect(codeOf(await at.tools.configure('scale-1', wanted, 'Li'))).toBe(code);
    expect(codeOf(await at.tools.configure('nobody', {}, 'Li'))).toBe('DEVICE_UNKNOWN');
    await at.close();
  });
});

describe('a new one in its place', () => {
  const serials = { 'memory:scale-1': 'OLD', 'memory:scale-9': 'NEW' };
  const lane = {
    ...{ id: 'lane-1', scanner: 'scanner-1', scale: 'scale-1' },
    panel: { diagonalInches: 21.5, widthPx: 1080, heightPx: 1920 },
  };
  const scanner = { id: 'scanner-1', driver: 'serial-scanner', address: 'memory:scanner' };
  const devices = [scale('scale-1'), scale('scale-9'), scanner];

  test('keeps the name and whoever uses it, loses the calibration, and can be undone', async () => {
    const at = bench(devices, serials, [lane]);
    await at.clock.advance(2000);
    const points = [
      { appliedGrams: 0, shownGrams: 0 },
      { appliedGrams: 1000, shownGrams: 1000 },
    ];
    got(await at.tools.act('scale-1', { act: 'calibrate', by: 'Li', points }));
    const kept = at.table.find('scale-1');
    got(await at.tools.swap('scale-1', 'scale-9', 'Li'));
    await at.clock.advance(2000);
    expect(at.table.find('scale-1')).toBe(kept);
    expect(at.table.find('scale-9')).toBeUndefined();
    expect(kept?.status()).toMatchObject({ state: 'ok', identity: { serialNumber: 'NEW' } });
    const swapped = got(await at.tools.show('scale-1'));
    expect(swapped).toMatchObject({ address: 'memory:scale-9', swapped: { by: 'Li' } });
    expect(swapped.calibration).toBeUndefined();
    expect(at.inFile().map(({ id }) => id)).toEqual(['scale-1', 'scanner-1']);

    got(await at.tools.unswap('scale-1', 'Wang'));
    await at.clock.advance(2000);
    expect(at.state('scale-1')).toMatchObject({ state: 'ok', identity: { serialNumber: 'OLD' } });
    expect(at.state('scale-9')).toMatchObject({ state: 'ok', identity: { serialNumber: 'NEW' } });
    expect(got(await at.tools.show('scale-1')).calibration).toMatchObject({ by: 'Li' });
    expect(at.inFile().map(({ id }) => id)).toEqual(['scale-1', 'scanner-1', 'scale-9']);
    expect(at.told.map(({ act, detail }) => [act, detail])).toEqual([
      ['calibrate', undefined],
      ['swap', 'scale-9 mt-sics'],
      ['swap', 'undone, scale-9'],
    ]);
    expect(codeOf(await at.tools.unswap('scale-1', 'Wang'))).toBe('NEVER_SWAPPED');
    await at.close();
  });

  test('is refused where it would be another kind, another plate, or somebody else’s', async () => {
    const other = scale('scale-8', 'memory:scale-8', { plate: { ...plate, divisionGrams: 5 } });
    const at = bench([...devices, other], serials, [lane]);
    await at.clock.advance(1000);
    const refused: [string, string, string][] = [
      ['scale-1', 'nobody', 'DEVICE_UNKNOWN'],
      ['scale-1', 'scale-1', 'DEVICE_UNKNOWN'],
      ['scale-1', 'scanner-1', 'KIND_DIFFERS'],
      ['scale-1', 'scale-8', 'PLATE_DIFFERS'],
      ['scale-9', 'scale-1', 'DEVICE_USED'],
    ];
    for (const [id, by, code] of refused)
      expect([id, by, codeOf(await at.tools.swap(id, by, 'Li'))]).toEqual([id, by, code]);
    expect(at.told).toEqual([]);
    await at.close();
  });
});

describe('a request by hand', () => {
  const send = (hex: string, more: object = {}) => ({
    act: 'send' as const,
    by: 'Li',
    hex,
    ...more,
  });
  /** What is asked takes its time, which has to pass. */
  async function sent(at: ReturnType<typeof bench>, request: ReturnType<typeof send>) {
    const asked = at.tools.act('scale-1', request);
    await at.clock.advance(2000);
    return asked;
  }

  test('is a preset or wants to be called unsafe; it and its reply are in the trace', async () => {
    const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1' });
    await at.clock.advance(1000);
    const serial = got(await sent(at, send('4934 0d0a', { expect: 'A "(\\w+)"' })));
    expect(serial).toMatchObject({
      ...{ sent: '49 34 0D 0A', text: 'I4 A "A1"..', matched: true, firstMs: 0 },
    });
    expect(codeOf(await sent(at, send('40 0D 0A')))).toBe('SEND_UNSAFE');
    expect(got(await sent(at, send('40 0D 0A', { unsafe: true })))).toMatchObject({
      text: 'ES..',
    });
    const silent = got(await sent(at, send('', { expect: 'nothing says this', timeoutMs: 500 })));
    expect(silent).toMatchObject({ matched: false, reply: '', ms: 500 });
    for (const bad of [send('4'), send('xy'), send('', { expect: '(' })])
      expect(codeOf(await sent(at, bad))).toBe('SEND_UNREADABLE');
    const notes = at.table.find('scale-1')?.ring.after(0) ?? [];
    const hand = notes.findIndex(({ bytes }) =>
      Buffer.from(bytes).toString().startsWith('DirectIO'),
    );
    expect(notes.slice(hand + 1, hand + 3).map(({ direction }) => direction)).toEqual(['tx', 'rx']);
    expect(at.told.map(({ act, detail }) => [act, detail])).toEqual([
      ['send', '4934 0d0a'],
      ['send', '40 0D 0A'],
      ['send', undefined],
    ]);
    await at.clock.advance(2000);
    expect(at.state('scale-1')).toMatchObject({ state: 'ok' });
    await at.close();
    await settle();
    expect(at.clock.timers()).toBe(0);
  });

  test('a device that was switched off stays so after it', async () => {
    const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1' });
    await at.clock.advance(1000);
    got(await at.tools.act('scale-1', { act: 'disable', by: 'Li', why: 'test' }));
    expect(got(await sent(at, send('49 34 0D 0A')))).toMatchObject({ matched: true });
    expect(at.state('scale-1')).toMatchObject({ state: 'disabled', reason: 'DISABLED_BY' });
    await at.close();
  });

  test('nothing is there to answer where the port is gone', async () => {
    const at = bench([scale('scale-1')], {});
    await at.clock.advance(1000);
    expect(codeOf(await sent(at, send('49 34 0D 0A')))).toBe('PORT_FAILED');
    await at.close();
  });
});

test('statistics begin anew, and a mark stands in the trace', async () => {
  const at = bench([scale('scale-1')], { 'memory:scale-1': 'A1' });
  await at.clock.advance(2000);
  const counted = () => at.state('scale-1')?.statistics.GoodWeightReadCount ?? 0;
  expect(counted()).toBeGreaterThan(5);
  got(await at.tools.act('scale-1', { act: 'reset-statistics', by: 'Li' }));
  expect(counted()).toBe(0);
  const { seq } = got(await at.tools.act('scale-1', { act: 'mark', by: 'Li', why: 'here' }));
  const [line] = at.table.find('scale-1')?.ring.after(Number(seq) - 1, 1) ?? [];
  expect(Buffer.from(line?.bytes ?? []).toString()).toBe('mark Li: here');
  expect(at.told).toEqual([]);
  await at.close();
});
