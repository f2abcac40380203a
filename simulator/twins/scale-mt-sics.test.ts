import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { readGolden } from '../testing/golden.ts';
import { type SicsTwinOptions, sicsWeight, startScaleMtSics } from './scale-mt-sics.ts';

/** A scale on a desk with a host that writes down everything it hears. */
function bench(options: Partial<SicsTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  startScaleMtSics(cable, { clock, random, load, fault: () => fault, ...options });
  let heard = '';
  const host = cable.connect();
  host?.onBytes((bytes) => {
    heard += Buffer.from(bytes).toString('latin1');
  });
  const ask = (text: string, waitMs = 100) => {
    heard = '';
    host?.write(Buffer.from(`${text}\r\n`, 'latin1'));
    clock.advance(waitMs);
    return heard;
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1500);
  };
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  return { clock, plate, put, ask, setFault };
}

const golden = readGolden('scale/golden/mt-sics.txt');
const said = (kind: string) =>
  golden
    .filter((line) => line.direction === 'rx' && line.meaning.kind === kind)
    .map((line) => Buffer.from(line.bytes).toString('latin1'));
const asked = golden
  .filter((line) => line.direction === 'tx')
  .map((line) => Buffer.from(line.bytes).toString('latin1').trimEnd());

describe('the bench scale says what the golden bytes say', () => {
  it('byte for byte, for every weight in kilograms', () => {
    const lines = ['stable', 'moving', 'zero', 'underload'].flatMap(said);
    const kilograms = lines.flatMap((line) => {
      const found = /^S ([SD]) +(-?)(\d+)\.(\d{3}) kg\r\n$/.exec(line);
      const [, status, sign, whole, fraction] = found ?? [];
      const grams = Number(`${sign}${whole}${fraction}`);
      // Minus nothing: a scale a hair below zero says so; ours rounds to plain zero.
      if (!found || Object.is(grams, -0)) return [];
      return [[line, `${sicsWeight({ grams, moving: status === 'D', overload: false })}\r\n`]];
    });
    expect(kilograms.length).toBeGreaterThanOrEqual(5);
    for (const [wanted, got] of kilograms) expect(got).toBe(wanted);
  });

  it('and answers every golden question with a golden answer', () => {
    const display = ['D "HERE"', 'DW'];
    expect(asked).toEqual(['S', 'SI', 'I4', '@', 'ZI', 'TI', 'TA 15 g', 'TAC', ...display]);
    const { ask, put } = bench();
    put(1234);
    expect(said('stable')).toContain(ask('SI'));
    expect(ask('S')).toBe(ask('SI'));
    expect(said('identity')).toContain(ask('I4'));
    expect(ask('@')).toBe(ask('I4'));
    expect(said('reply')).toContain(ask('TA 15 g'));
    expect(said('reply')).toContain(ask('TAC'));
    for (const each of display) expect(said('reply')).toContain(ask(each));
    put(126);
    expect(said('reply')).toContain(ask('TI'));
    put(0);
    expect(said('reply')).toContain(ask('ZI'));
    expect(said('zero')).toContain(ask('SI'));
    expect(said('error')).toContain(ask('si'));
  });
});

describe('a bench scale', () => {
  it('tells its serial number in the other published form too', () => {
    expect(bench({ serialForm: '@', serial: '123456789' }).ask('@')).toBe(said('identity')[1]);
  });

  it('shows motion, overload and what its tare leaves', () => {
    const { ask, put, plate, clock } = bench();
    plate.set(612, 0);
    clock.advance(150);
    expect(ask('S')).toBe('S I\r\n');
    expect(ask('SI')).toMatch(/^S D {3,}-?\d+\.\d{3} kg\r\n$/);
    put(15_100);
    expect(ask('SI')).toBe('S +\r\n');
    put(200);
    ask('TI');
    put(700);
    expect(ask('SI')).toBe('S S      0.500 kg\r\n');
    put(0);
    expect(ask('SI')).toBe('S S     -0.200 kg\r\n');
  });

  it('does not zero goods away, nor take as tare what cannot be one', () => {
    const { ask, put, plate, clock } = bench();
    put(700);
    expect(ask('ZI')).toBe('ZI +\r\n');
    expect(ask('TA 99 kg')).toBe('TA L\r\n');
    expect(ask('TA much')).toBe('TA L\r\n');
    plate.set(0, 0);
    clock.advance(150);
    expect([ask('ZI'), ask('TI')]).toEqual(['ZI I\r\n', 'TI I\r\n']);
  });

  it('sends on and on where it was told to, until the next command', () => {
    const { ask, clock } = bench();
    expect(ask('SIR', 1000).split('\r\n').length).toBeGreaterThan(8);
    expect(ask('I4', 1000)).toMatch(/I4 A "B021002593"\r\n$/);
    clock.advance(500);
    expect(ask('', 500)).toBe('ES\r\n');
  });

  it.each([
    ['silence', /^$/],
    ['late', /^$/],
    ['busy', /^S I\r\n$/],
    ['not-zeroed', /^EL\r\n$/],
    ['wrong-check', /^S S {6}0\.000 kg\r_$/],
    ['split', /^S S {6}0\.000 kg\r\n$/],
  ] as const)('with the fault %s it answers as such a scale does', (fault, wanted) => {
    const { ask, setFault } = bench();
    setFault(fault);
    expect(ask('SI', 400)).toMatch(wanted);
  });

  it('answers in the order it was asked, however late', () => {
    const { ask, setFault } = bench();
    setFault('late');
    ask('SI', 10);
    setFault();
    expect(ask('I4', 2000)).toMatch(/^S S.*\r\nI4 A/);
  });
});
