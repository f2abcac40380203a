/** A probe of an unknown port: only questions, every known one, and over in time. */
import { expect, test } from 'vitest';
import { manualClock } from '../../drivers/clock-for-tests.ts';
import { memoryPair } from '../../drivers/wire/memory.ts';
import { PROBE_LIMIT_MS, probed, probePort } from './probe.ts';

/** Pulses of the lock boards, zero and tare of the scales, a printer's words, a price. */
const ACTIONS = [
  /^8a/,
  /^02..3[13]03/,
  /^02....61/,
  /^(5a|5449|54|4054|40)(49)?0d/,
  /1d56|1b64|1b40/,
  /^04023031/,
];

test('called off, it ends at once and lets the port go', async () => {
  const clock = { ...manualClock(1000), wallMs: () => 0, wallQuality: () => 'trusted' as const };
  const off = new AbortController();
  let open = 0;
  const opened = async (address: string) => {
    const [near, far] = memoryPair(address);
    open += 1;
    far.onClose(() => {
      open -= 1;
    });
    return near;
  };
  let report: Awaited<ReturnType<typeof probePort>> | undefined;
  const { signal } = off;
  void probePort({ base: 'serial:/dev/x', open: opened, clock, signal }).then((done) => {
    report = done;
  });
  await clock.advance(1000);
  expect({ report, open }).toEqual({ report: undefined, open: 1 });
  off.abort();
  await clock.advance(500);
  expect(report?.tried.at(-1)).toMatchObject({ result: 'called off' });
  expect(report?.ms).toBeLessThanOrEqual(1500);
  expect(open).toBe(0);
});

test('nothing that acts is ever sent, every driver is tried, and it ends within 15 s', async () => {
  const manual = manualClock(1000);
  const clock = { ...manual, wallMs: () => 0, wallQuality: () => 'trusted' as const };
  const sent = new Set<string>();
  const lines = new Set<string>();
  let report: Awaited<ReturnType<typeof probePort>> | undefined;
  const open = async (address: string) => {
    const [near, far] = memoryPair(address);
    lines.add(address);
    far.onBytes((bytes) => void sent.add(Buffer.from(bytes).toString('latin1')));
    return near;
  };
  void probePort({ base: 'serial:/dev/unknown', open, clock, all: true }).then((done) => {
    report = done;
  });
  for (let passed = 0; report === undefined && passed < 20_000; passed += 50)
    await manual.advance(50);
  expect(report?.ms).toBeLessThanOrEqual(PROBE_LIMIT_MS + 1000);
  expect(report?.found).toEqual([]);
  const own = new Set(report?.tried.map(({ driver }) => driver));
  expect(
    probed()
      .filter(({ name }) => !own.has(name))
      .map(({ name }) => name),
  ).toEqual([]);
  expect(probed().map(({ kind }) => kind)).not.toContain('payment');
  const all = [...sent];
  expect(all.length).toBeGreaterThan(5);
  const hexes = all.map((bytes) => Buffer.from(bytes, 'latin1').toString('hex'));
  const actions = hexes.filter((hex) => ACTIONS.some((action) => action.test(hex)));
  expect(actions).toEqual([]);
});
