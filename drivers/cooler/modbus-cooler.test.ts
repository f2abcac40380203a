import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coolingController, type ModbusFault } from '../../simulator/twins/modbus-slaves.ts';
import type { ManualClock } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import { busBench, plugSlaves } from '../modbus.fixture.ts';
import { pickBelow } from '../random-for-tests.ts';
import { modbusCooler, temperatureOf } from './modbus-cooler.ts';

const FAULTS: (ModbusFault | undefined)[] = [
  'silence',
  'wrong-check',
  'late',
  undefined,
  undefined,
];

/** A cabinet with two probes, one of which is torn off now and then. */
function twinCooler(clock: ManualClock): Twin {
  let probes: (number | undefined)[] = [42, -180];
  let before: { probes: (number | undefined)[]; untilMs: number }[] = [];
  let fault: ModbusFault | undefined;
  let running: { close(): void } | undefined;
  const slaves = new Map([[10, coolingController(() => probes)]]);
  return {
    plug(far) {
      running?.close();
      running = plugSlaves(far, clock, slaves, () => fault);
    },
    step(random) {
      before = [...before, { probes, untilMs: clock.monoMs() }].slice(-30);
      const torn = pickBelow(random, 5) === 0;
      probes = [pickBelow(random, 300) - 200, torn ? undefined : pickBelow(random, 100) - 250];
      fault = FAULTS[pickBelow(random, FAULTS.length)];
    },
    wrong(event) {
      if (event.kind !== 'temperature') return 'no temperature';
      const lately = before.filter(({ untilMs }) => clock.monoMs() - untilMs <= 500);
      const all = [{ probes }, ...lately].map((each) => each.probes[event.probe - 1]);
      return all.includes(event.deciCelsius) ? undefined : `${event.deciCelsius} was never there`;
    },
    heal() {
      fault = undefined;
    },
    close: () => running?.close(),
  };
}

conforms(modbusCooler, join(import.meta.dirname, 'golden/modbus-cooler.txt'), {
  twin: twinCooler,
});

describe('tenths of a degree', () => {
  const limits = { minDeciCelsius: -500, maxDeciCelsius: 1100 };
  test.each([
    [42, { deciCelsius: 42 }],
    [0xff44, { deciCelsius: -188 }],
    [0, { deciCelsius: 0 }],
    [0xfe0c, { deciCelsius: -500 }],
    [0xfe0b, { fault: 'probe' }],
    [1100, { deciCelsius: 1100 }],
    [1101, { fault: 'probe' }],
    [0x7fff, { fault: 'probe' }],
    [0x8000, { fault: 'probe' }],
  ])('%d is %j', (word, told) => {
    expect(temperatureOf(word, limits)).toEqual(told);
  });
});

describe('a cooling controller', () => {
  const cabinet = (...probes: (number | undefined)[]) =>
    new Map([[10, coolingController(() => probes)]]);
  const given = { address: 10, probes: 2, pollMs: 1000 };

  test('is read probe by probe and never written to', async () => {
    const { clock, events, heard, kept } = busBench(modbusCooler, given, cabinet(42, -180));
    await clock.advance(3000);
    expect(kept.status().state).toBe('ok');
    expect(events[0]).toMatchObject({ kind: 'temperature', probe: 1, deciCelsius: 42 });
    expect(events[1]).toMatchObject({ kind: 'temperature', probe: 2, deciCelsius: -180 });
    expect(heard.every((frame) => frame.startsWith('0a03'))).toBe(true);
    await kept.close();
  });

  test('with a probe torn off says so and gives no temperature', async () => {
    const { clock, events, kept } = busBench(modbusCooler, given, cabinet(undefined, -180));
    await clock.advance(1000);
    const { atMs: _at, ...torn } = events[0] ?? { atMs: 0 };
    expect(torn).toEqual({ kind: 'temperature', probe: 1, fault: 'probe' });
    await kept.close();
  });

  test('that has no second probe says which code it refused with', async () => {
    const { clock, events, kept } = busBench(modbusCooler, given, cabinet(42));
    await clock.advance(1000);
    expect(events[1]).toMatchObject({ probe: 2, fault: 'exception-02' });
    expect(events[1]).not.toHaveProperty('deciCelsius');
    await kept.close();
  });

  test('gone silent repeats no old temperature, and is offline in the end', async () => {
    const { bus, clock, events, kept } = busBench(modbusCooler, given, cabinet(42, -180));
    await clock.advance(1500);
    bus.fault = 'silence';
    await clock.advance(1000);
    events.length = 0;
    await clock.advance(35_000);
    expect(events).toEqual([]);
    expect(kept.status().state).toBe('offline');
    await kept.close();
  });

  test('with noise for an answer is another device', async () => {
    const { bus, clock, kept } = busBench(modbusCooler, given, cabinet(42));
    bus.fault = 'wrong-check';
    await clock.advance(1000);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('too warm for long is TEMP_HIGH; a short defrost is not', async () => {
    const probes = [180];
    const slaves = new Map([[10, coolingController(() => probes)]]);
    const hot = { ...given, probes: 1, highDeciCelsius: 80, highAfterMs: 60_000 };
    const { clock, kept } = busBench(modbusCooler, hot, slaves);
    await clock.advance(50_000);
    expect(kept.status().state).toBe('ok');
    await clock.advance(15_000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'TEMP_HIGH' });
    expect(kept.status().detail?.en).toBe('P1 18.0 ℃ ≥ 8.0 ℃');
    probes[0] = 42;
    await clock.advance(3000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });
});
