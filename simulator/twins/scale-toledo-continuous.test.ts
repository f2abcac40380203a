import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import type { ContinuousForm } from './scale-toledo-continuous.ts';
import { continuousFrame, startScaleToledoContinuous } from './scale-toledo-continuous.ts';

const STILL = {
  grams: 0,
  moving: false,
  overload: false,
  net: false,
  notZeroed: false,
  tareGrams: 0,
};
const FILES: Record<ContinuousForm, string> = {
  18: 'toledo-continuous.txt',
  17: 'toledo-continuous-17.txt',
  12: 'toledo-continuous-12.txt',
  11: 'toledo-continuous-11.txt',
};

function bench(form: ContinuousForm = '18') {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  const running = startScaleToledoContinuous(cable, {
    clock,
    random,
    load,
    fault: () => fault,
    form,
  });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  /** What comes within a while, less the frame that may have begun before. */
  const listen = (forMs: number) => {
    heard.length = 0;
    clock.advance(forMs);
    return hex(Uint8Array.from(heard));
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1500);
  };
  const say = (text: string) => host?.write(Buffer.from(text, 'latin1'));
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  return { clock, listen, put, say, setFault, running };
}

describe('the continuous twin says what the golden bytes say', () => {
  it.each([
    ['1.234 kg', { grams: 1234 }],
    [
      'a net weight below zero that moves',
      { grams: -125, net: true, moving: true, tareGrams: 500 },
    ],
    ['an empty plate', {}],
    ['too much', { grams: 15_020, overload: true }],
    ['below zero', { grams: -125 }],
    ['not zeroed', { grams: 1234, notZeroed: true }],
  ])('18 bytes: %s', (_name, shown) => {
    const said = hex(continuousFrame({ ...STILL, ...shown }, '18'));
    // A leading zero and a leading space are the same digit.
    const same = (text: string) => text.replace(/^(02 .. .. ..) 30/, '$1 20').slice(0, -3);
    const lines = readGolden('scale/golden/toledo-continuous.txt');
    expect(lines.map((line) => same(line.hex))).toContain(same(said));
  });

  it.each(['18', '17', '12', '11'] as const)('%s bytes: a golden line whole', (form) => {
    const lines = readGolden(`scale/golden/${FILES[form]}`).map((line) => line.hex);
    expect(lines).toContain(hex(continuousFrame({ ...STILL, grams: 1234 }, form)));
    const net = { ...STILL, grams: -125, net: true, moving: true, tareGrams: 500 };
    expect(lines).toContain(hex(continuousFrame(net, form)));
  });

  it('counts by twos and fives as the golden lines do', () => {
    const lines = readGolden('scale/golden/toledo-continuous.txt').map((line) => line.hex);
    expect(lines).toContain(hex(continuousFrame({ ...STILL, grams: 1234 }, '18', 2)));
    expect(lines).toContain(hex(continuousFrame({ ...STILL, grams: 1235 }, '18', 5)));
  });
});

describe('an indicator on the counter', () => {
  const whole = (grams: number, net = false, tareGrams = 0) =>
    hex(continuousFrame({ ...STILL, grams, net, tareGrams }, '18'));

  it('sends ten frames a second, unasked', () => {
    const { listen, put } = bench();
    put(612);
    expect(listen(1000).split(whole(612)).length - 1).toBeGreaterThanOrEqual(9);
  });

  it('takes tare and zero by a letter and forgets the tare', () => {
    const { listen, put, say } = bench();
    put(200);
    say('T\r\n');
    listen(200);
    expect(listen(300)).toContain(whole(0, true, 200));
    say('C');
    listen(200);
    expect(listen(300)).toContain(whole(200));
    say('Z');
    listen(200);
    expect(listen(300)).toContain(whole(0));
  });

  it.each([
    ['silence', /^$/],
    ['busy', /^(?!.*02 2D 30).*02 2D 38/],
    ['not-zeroed', /02 2D 70 20/],
    ['late', /^$/],
  ] as const)('with the fault %s it sends as such an indicator does', (fault, wanted) => {
    const { listen, put, setFault } = bench();
    put(0);
    setFault(fault);
    listen(200);
    expect(listen(500)).toMatch(wanted);
  });

  it('sends a whole backlog at once when the line is free again', () => {
    const { listen, put, setFault } = bench();
    put(612);
    setFault('late');
    listen(1000);
    setFault();
    expect(listen(300).split(whole(612)).length - 1).toBeGreaterThanOrEqual(10);
  });

  it('is silent for good once it is closed', () => {
    const { listen, running } = bench();
    running.close();
    listen(100);
    expect(listen(500)).toBe('');
  });
});
