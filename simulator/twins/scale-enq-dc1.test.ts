import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import type { ScaleFace, ScaleTwinOptions } from './scale-enq-dc1.ts';
import { startScaleEnqDc1, weightFrame } from './scale-enq-dc1.ts';

const ENQ = Uint8Array.of(0x05);
const DC1 = Uint8Array.of(0x11);

/** A scale on a desk with a host that writes down everything it hears. */
function bench(options: Partial<ScaleTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  startScaleEnqDc1(cable, { clock, random, load, fault: () => fault, ...options });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (bytes: Uint8Array, waitMs = 100) => {
    heard.length = 0;
    host?.write(bytes);
    clock.advance(waitMs);
    return hex(Uint8Array.from(heard));
  };
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  const poll = () => ask(ENQ) && ask(DC1);
  return { clock, plate, cable, ask, poll, setFault, heard };
}

/** The face of a kilogram scale of the CAS layout that would say a golden line; else undefined. */
function faceOf(bytes: Uint8Array): ScaleFace | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const found = /^\x01\x02([SUF])([ \-F])(FF\.FFF|\d\d\.\d{3})kg.\x03\x04$/s.exec(text);
  if (!found) return undefined;
  const [, status, sign, weight = ''] = found;
  const grams = sign === 'F' ? 15_100 : Number(weight.replace('.', ''));
  // Minus nothing: a scale a hair below zero says so; ours rounds to plain zero.
  if (sign === '-' && grams === 0) return undefined;
  const face = { grams: sign === '-' ? -grams : grams, moving: status === 'U' };
  return { ...face, overload: sign === 'F', notZeroed: status === 'F' };
}

describe('the scale twin says what the golden bytes say', () => {
  for (const [dialect, file, lines] of [
    ['cas', 'scale/golden/enq-dc1.txt', 9],
    ['os2', 'scale/golden/enq-dc1-os2.txt', 4],
  ] as const) {
    it(`says every kilogram line of ${file} byte for byte`, () => {
      const golden = readGolden(file).filter((line) => line.direction === 'rx');
      const said = golden.flatMap((line) => {
        const face = faceOf(line.bytes);
        return face ? [[line.hex, hex(weightFrame(face, dialect))]] : [];
      });
      expect(said.length).toBeGreaterThanOrEqual(lines);
      for (const [wanted, got] of said) expect(got).toBe(wanted);
    });
  }

  it('answers each golden question of the host: ready, then the weight on the plate', () => {
    const golden = readGolden('scale/golden/enq-dc1.txt');
    const tx = golden.filter((line) => line.direction === 'tx').map((line) => line.bytes);
    expect(tx).toEqual([ENQ, DC1]);
    const { ask, plate, clock } = bench();
    plate.set(1234, 0);
    clock.advance(1000);
    expect(ask(ENQ)).toBe('06');
    expect(golden.find((line) => line.meaning.grams === 1234)?.hex).toBe(ask(DC1));
  });
});

describe('a scale on the counter', () => {
  it('shows motion for at least 400 ms after goods are put down, then stands still', () => {
    const { plate, clock, poll } = bench();
    plate.set(612, 0);
    clock.advance(150);
    expect(poll()).toMatch(/^01 02 55 /);
    clock.advance(1000);
    expect(poll()).toBe(hex(weightFrame({ grams: 612, moving: false, overload: false }, 'cas')));
  });

  it('never stands still while a hand presses, and comes back to the goods alone', () => {
    const { plate, clock, poll } = bench();
    plate.set(612, 300);
    clock.advance(5000);
    expect(poll()).toMatch(/^01 02 55 /);
    plate.set(612, 0);
    clock.advance(1000);
    expect(poll()).toContain('30 30 2E 36 31 32');
  });

  it('is overloaded above its capacity and nine divisions', () => {
    const { plate, clock, poll } = bench();
    plate.set(15_018, 0);
    clock.advance(1000);
    expect(poll()).toMatch(/^01 02 53 20 31 35 2E 30 31 38 /);
    plate.set(15_020, 0);
    clock.advance(1000);
    expect(poll()).toMatch(/^01 02 53 46 46 46 2E 46 46 46 /);
  });

  it('is not ready where it was not asked first, or is busy', () => {
    const { ask, setFault } = bench();
    expect(ask(DC1)).toBe('15');
    setFault('busy');
    expect(ask(ENQ)).toBe('15');
  });

  it('sends fifteen bytes no faster than 9600 baud carries them', () => {
    const { clock, ask, heard } = bench();
    ask(ENQ);
    ask(DC1, 4);
    const startMs = clock.monoMs();
    while (heard.length < 15) clock.advance(1);
    expect(clock.monoMs() - startMs).toBeGreaterThanOrEqual(14);
    expect(clock.monoMs() - startMs).toBeLessThanOrEqual(60);
  });

  it.each([
    ['silence', /^$/],
    ['late', /^$/],
    ['not-zeroed', /^01 02 46 20 30 30 2E 30 30 30 6B 67 74 03 04$/],
    ['wrong-check', /^01 02 53 20 30 30 2E 30 30 30 6B 67 34 03 04$/],
    ['split', /^01 02 53 20 30 30 2E 30 30 30 6B 67 61 03 04$/],
  ] as const)('with the fault %s it answers as such a scale does', (fault, wanted) => {
    const { ask, setFault } = bench();
    ask(ENQ);
    setFault(fault);
    expect(ask(DC1, 400)).toMatch(wanted);
  });

  it('answers too late rather than not at all, and noise hides some answers', () => {
    const { ask, setFault, poll } = bench();
    setFault('late');
    ask(ENQ, 100);
    expect(ask(new Uint8Array(), 800)).toBe('06');
    setFault('garbage');
    const answers = Array.from({ length: 30 }, poll);
    const whole = hex(weightFrame({ grams: 0, moving: false, overload: false }, 'cas'));
    expect(answers.some((answer) => answer.includes(whole))).toBe(true);
    expect(answers.some((answer) => !answer.includes(whole))).toBe(true);
  });

  it('keeps its old reading while it is stuck', () => {
    const { plate, clock, poll, setFault } = bench();
    setFault('stuck');
    const before = poll();
    plate.set(500, 0);
    clock.advance(2000);
    expect(poll()).toBe(before);
    setFault();
    expect(poll()).not.toBe(before);
  });

  it('subtracts its own tare and pushes unasked when an OS2 host tells it to', () => {
    const [tare, zero] = readGolden('scale/golden/enq-dc1-os2.txt')
      .filter((line) => line.direction === 'tx')
      .map((line) => line.bytes);
    if (!tare || !zero) throw new Error('the OS2 golden lost its commands');
    const { plate, clock, ask, poll } = bench({ dialect: 'os2' });
    const shows = (grams: number) =>
      hex(weightFrame({ grams, moving: false, overload: false }, 'os2'));
    plate.set(200, 0);
    clock.advance(1000);
    expect(poll()).toBe(shows(200));
    ask(tare);
    expect(poll()).toBe(shows(0));
    plate.set(700, 0);
    clock.advance(1000);
    expect(poll()).toBe(shows(500));
    plate.set(0, 0);
    clock.advance(1000);
    expect(poll()).toBe(shows(-200));
    ask(zero);
    expect(poll()).toBe(shows(0));
    expect(ask(Buffer.from('<PB>\t'), 500)).toContain(shows(0));
    ask(Buffer.from('<AL>\t'));
    expect(ask(new Uint8Array(), 500)).toBe('');
  });
});
