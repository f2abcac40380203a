import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { type NciTwinOptions, nciWeight, startScaleNci } from './scale-nci.ts';

/** A scale on a desk with a host that writes down everything it hears. */
function bench(options: Partial<NciTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  startScaleNci(cable, { clock, random, load, fault: () => fault, ...options });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (text: string, waitMs = 100) => {
    heard.length = 0;
    host?.write(Buffer.from(`${text}\r`, 'latin1'));
    clock.advance(waitMs);
    return hex(Uint8Array.from(heard));
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

const goldenOf = (file: string) => readGolden(`scale/golden/${file}`);
const rx = goldenOf('nci.txt').filter((line) => line.direction === 'rx');
const meaning = (wanted: string) =>
  rx.filter((line) => JSON.stringify(line.meaning) === wanted).map((line) => line.hex);

describe('the NCI scale says what the golden bytes say', () => {
  it.each([
    ['nci.txt', 'pos', /^\n(\d\d\.\d{3})KG\r\nS([02])0\r\x03$/, 3],
    ['nci-bench.txt', 'bench', /^\n ( {1,2}\d{1,2}\.\d{3})kg\r\n([02])0\r\x03$/, 2],
  ] as const)('byte for byte, for the weights of %s', (file, dialect, layout, least) => {
    const said = goldenOf(file).flatMap((line) => {
      const found = layout.exec(Buffer.from(line.bytes).toString('latin1'));
      if (line.direction === 'tx' || !found) return [];
      const grams = Math.round(Number(found[1]) * 1000);
      // Zero, but not at its centre: ours is always at the centre.
      if (grams === 0 && found[2] === '0') return [];
      const face = { grams, moving: false, overload: false, net: false };
      const told = Buffer.from(nciWeight(face, { dialect })).toString('latin1');
      // Leading zeros or spaces: models differ, the meaning does not.
      return [[line.bytes.length, told.length, Number(/\d+\.\d+/.exec(told)?.[0]) * 1000, grams]];
    });
    expect(said.length).toBeGreaterThanOrEqual(least);
    for (const [wanted, got, grams, wantedGrams] of said) {
      expect([got, grams]).toEqual([wanted, wantedGrams]);
    }
  });

  it('and answers every golden question of the host', () => {
    const tx = goldenOf('nci.txt').filter((line) => line.direction === 'tx');
    expect(tx.map((line) => Buffer.from(line.bytes).toString('latin1'))).toEqual([
      'W\r',
      '\x05\r',
      'Z\r',
      'S\r',
    ]);
    const { ask, put, setFault } = bench();
    put(1234);
    expect(ask('W')).toBe(meaning('{"kind":"stable","grams":1234}')[0]);
    expect(meaning('{"kind":"status","atZero":false}')).toContain(ask('S'));
    expect(meaning('{"kind":"opos"}')).toContain(ask('\x05'));
    expect(meaning('{"kind":"unknown-command"}')).toContain(ask('X'));
    put(0);
    expect(meaning('{"kind":"zero","grams":0}')).toContain(ask('W'));
    expect(meaning('{"kind":"status","atZero":true}')).toContain(ask('Z'));
    put(15_100);
    expect(meaning('{"kind":"overload"}')).toContain(ask('W'));
    put(612);
    setFault('busy');
    expect(meaning('{"kind":"moving"}')).toContain(ask('W'));
  });
});

describe('an NCI scale', () => {
  it('is below zero where a zeroed load was taken off', () => {
    const { ask, put } = bench();
    put(200);
    ask('Z');
    put(0);
    expect(meaning('{"kind":"underload"}')).toContain(ask('W'));
  });

  it('knows no probe where it is a bench scale without OPOS', () => {
    expect(meaning('{"kind":"unknown-command"}')).toContain(bench({ opos: false }).ask('\x05'));
  });

  it('gives its moving weight in the bench dialect', () => {
    const { ask, plate, clock } = bench({ dialect: 'bench' });
    plate.set(612, 0);
    clock.advance(150);
    expect(ask('W')).toMatch(/6B 67 0D 0A 31 [3-7][0-9A-F] 0D 03$/);
  });

  it.each([
    ['silence', /^$/],
    ['late', /^$/],
    ['busy', /^0A 53 31 70 30 0D 03$/],
    ['not-zeroed', /^0A 2D 2D 2D 2D 2D 2D 4B 47 0D 0A 53 32 70 38 0D 03$/],
    ['wrong-check', /0D 56$/],
    ['split', /^0A 30 30 2E 30 30 30 4B 47 0D 0A 53 32 70 30 0D 03$/],
  ] as const)('with the fault %s it answers as such a scale does', (fault, wanted) => {
    const { ask, setFault } = bench({ extended: true });
    setFault(fault);
    expect(ask('W', 400)).toMatch(wanted);
  });
});
