import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScaleFault } from '../../simulator/faults.ts';
import { startScaleEnqDc1 } from '../../simulator/twins/scale-enq-dc1.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import { pickBelow } from '../random-for-tests.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { enqDc1 } from './enq-dc1.ts';
import { enqDc1Decoder, exactGrams } from './enq-dc1-codec.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const FAULTS: (ScaleFault | undefined)[] = [
  'silence',
  'garbage',
  'wrong-check',
  'split',
  'late',
  'busy',
  undefined,
  undefined,
];

/** The simulator's scale with a load that is known, so that a reading can be judged. */
function twinScale(dialect: 'cas' | 'os2' | 'gram') {
  return (clock: ManualClock, random: () => number): Twin & { put(grams: number): void } => {
    let grams = 0;
    let changedMs = 0;
    let before: { grams: number; untilMs: number }[] = [];
    let fault: ScaleFault | undefined;
    let running: { close(): void } | undefined;
    const put = (next: number): void => {
      if (next === grams) return;
      changedMs = clock.monoMs();
      before = [...before, { grams, untilMs: changedMs }].slice(-8);
      grams = next;
    };
    const load = () => {
      const moving = clock.monoMs() - changedMs < 450;
      return {
        grams: moving ? grams + 2 * pickBelow(random, 9) : grams,
        moving,
        overload: grams > 15_000,
      };
    };
    // An answer may be as old as its deadline allows: 500 ms.
    const lately = (is: (load: number) => boolean): boolean =>
      is(grams) || before.some((old) => clock.monoMs() - old.untilMs <= 500 && is(old.grams));
    const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
    return {
      put,
      plug(far) {
        running?.close();
        const port = {
          onBytes: far.onBytes,
          write: (out: Uint8Array) => void far.write(out).catch(() => undefined),
        };
        running = startScaleEnqDc1(port, {
          clock: time,
          random,
          load,
          fault: () => fault,
          dialect,
        });
      },
      step(chance) {
        if (chance() < 0.5) put(2 * pickBelow(chance, 8000));
        fault = FAULTS[pickBelow(chance, FAULTS.length)];
      },
      wrong(event) {
        const { kind } = event;
        if (kind === 'stable' && !lately((load) => load === event.grams)) {
          return `${event.grams} g while ${grams} g lay there`;
        }
        if (kind === 'zero' && !lately((load) => load === 0)) return `zero with ${grams} g`;
        if (kind === 'overload' && !lately((load) => load > 15_000))
          return `overload at ${grams} g`;
        return undefined;
      },
      heal() {
        fault = undefined;
        put(1234);
      },
      close: () => running?.close(),
    };
  };
}

conforms(enqDc1, golden('enq-dc1.txt'), { twin: twinScale('cas') });
conforms(enqDc1, golden('enq-dc1-os2.txt'), { twin: twinScale('os2') });
conforms(enqDc1, golden('enq-dc1-gram.txt'), { twin: twinScale('gram') });

describe('whole grams out of digits', () => {
  test.each([
    ['01', '234', 'kg', 1234],
    ['0', '5', 'KG', 500],
    ['1', '2340', 'kg', 1234],
    ['1', '2345', 'kg', undefined],
    ['2', '468', 'SJ', 1234],
    ['2', '469', 'SJ', undefined],
    ['1234', '', ' G', 1234],
    ['12', '5', ' G', undefined],
    ['1', '000', 'lb', undefined],
  ])('%s.%s %s is %s g', (whole, fraction, unit, grams) => {
    expect(exactGrams(whole, fraction, unit)).toBe(grams);
  });
});

describe('what the check sum covers', () => {
  const cas = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04');
  const os2 = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 66 03 04');
  const reading = { kind: 'stable', grams: 1234 };

  test('each dialect refuses the other one', () => {
    expect(enqDc1Decoder('cas').push(os2)[0]).toMatchObject({ kind: 'discarded' });
    expect(enqDc1Decoder('os2').push(cas)[0]).toMatchObject({ kind: 'discarded' });
  });

  test('auto takes either, tells after three which it is, and then holds on to it', () => {
    const scopes: string[] = [];
    const decoder = enqDc1Decoder('auto', (scope) => scopes.push(scope));
    expect([...decoder.push(cas), ...decoder.push(os2), ...decoder.push(os2)]).toEqual([
      reading,
      reading,
      reading,
    ]);
    expect(scopes).toEqual([]);
    decoder.push(os2);
    expect(scopes).toEqual(['os2']);
    expect(decoder.push(cas)[0]).toMatchObject({ kind: 'discarded' });
  });

  test('a right sum over impossible content is no reading', () => {
    const impossible = bytes('01 02 53 20 30 31 2E 32 33 34 6B 67 00 03 04');
    impossible[5] = 0x3a;
    impossible[12] = impossible.subarray(2, 12).reduce((sum, byte) => sum ^ byte, 0);
    expect(enqDc1Decoder('cas').push(impossible)[0]).toMatchObject({ kind: 'discarded' });
  });
});

test('a scale cannot be reached over HTTP', async () => {
  const wire = memoryRequestWire(
    () => ({ status: 200, headers: {}, body: new Uint8Array() }),
    manualClock(),
  );
  const nothing = (): void => undefined;
  const log = { debug: nothing, warn: nothing };
  const { signal } = new AbortController();
  const context = { clock: manualClock(), log, signal, connection: 1 };
  const calls = { alive: nothing, emit: nothing, warn: nothing, count: nothing };
  const connecting = enqDc1.connect(wire, {}, { ...context, ...calls });
  await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE', retry: false });
});
