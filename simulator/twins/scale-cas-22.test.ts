import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { type Cas22TwinOptions, cas22Frame, startScaleCas22 } from './scale-cas-22.ts';

/** An indicator on a desk with a host that writes down everything it hears. */
function bench(options: Partial<Cas22TwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  startScaleCas22(cable, { clock, random, load, fault: () => fault, ...options });
  const heard: number[] = [];
  cable.connect()?.onBytes((bytes) => heard.push(...bytes));
  const listen = (forMs: number) => {
    heard.length = 0;
    clock.advance(forMs);
    return Buffer.from(heard).toString('latin1');
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1500);
  };
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  return { plate, put, listen, setFault };
}

const golden = readGolden('scale/golden/cas-22.txt');
const meaning = (wanted: object) =>
  golden
    .filter((line) => JSON.stringify(line.meaning) === JSON.stringify(wanted))
    .map((line) => line.hex);

describe('the CAS indicator says what the golden bytes say', () => {
  const face = { moving: false, overload: false, net: false };
  it.each([
    [
      { ...face, grams: 1234 },
      { kind: 'stable', grams: 1234, net: false },
    ],
    [
      { ...face, grams: 1234, moving: true },
      { kind: 'moving', grams: 1234, net: false },
    ],
    [
      { ...face, grams: 0 },
      { kind: 'zero', grams: 0, net: false },
    ],
    [
      { ...face, grams: 0, moving: true },
      { kind: 'moving', grams: 0, net: false },
    ],
    [
      { ...face, grams: 500, net: true },
      { kind: 'stable', grams: 500, net: true },
    ],
    [{ ...face, grams: -125, net: true }, { kind: 'underload' }],
    [{ ...face, grams: 9_999_999, overload: true }, { kind: 'overload' }],
    [
      { ...face, grams: 1234, hold: true },
      { kind: 'fault', fault: 'hold' },
    ],
  ])('%j', (shown, said) => {
    expect(meaning(said)).toContain(hex(cas22Frame(shown, 1)));
  });

  it('and its device number 13', () => {
    const frame = hex(cas22Frame({ ...face, grams: 1234 }, 13));
    expect(meaning({ kind: 'stable', grams: 1234, net: false })).toContain(frame);
  });
});

describe('a CAS indicator', () => {
  it('sends by itself, ten times a second', () => {
    const { put, listen } = bench();
    put(612);
    const lines = listen(1000).split('\r\n');
    expect(lines.length).toBeGreaterThanOrEqual(9);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines[4]).toBe('ST,GS,1\xc4,0000.612 kg');
  });

  it('subtracts the tare that was keyed in', () => {
    const { put, listen } = bench({ tareGrams: 200 });
    put(700);
    expect(listen(300)).toContain('ST,NT,1\xc2,0000.500 kg');
    put(0);
    expect(listen(300)).toContain('ST,NT,1\xc2,-000.200 kg');
  });

  it.each([
    ['silence', /^$/],
    ['busy', /US,GS,1\x84,0000\.000 kg/],
    ['stuck', /ST,GS,1\xd5,0000\.000 kg/],
    ['wrong-check', /kg\r_/],
    ['split', /ST,GS,1\xc5,0000\.000 kg\r\n/],
    ['not-zeroed', /OL,GS,/],
  ] as const)('with the fault %s it sends as such an indicator does', (fault, wanted) => {
    const { listen, setFault } = bench();
    listen(500);
    setFault(fault);
    listen(200);
    expect(listen(800)).toMatch(wanted);
  });

  it('sends all at once what was held up on the way', () => {
    const { listen, setFault } = bench();
    setFault('late');
    listen(500);
    expect(listen(1000)).toBe('');
    setFault();
    expect(listen(800).split('\r\n').length).toBeGreaterThan(15);
  });
});
