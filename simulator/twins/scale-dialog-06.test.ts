import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import {
  type DialogTwinOptions,
  dialogResult,
  isProof,
  startScaleDialog06,
  TEST_POLYNOMIAL,
} from './scale-dialog-06.ts';

/** A scale on a counter with a host that writes down everything it hears. */
function bench(options: Partial<DialogTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const load = plate.read;
  startScaleDialog06(cable, { clock, random, load, fault: () => fault, ...options });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (bytes: Uint8Array, waitMs = 100) => {
    heard.length = 0;
    host?.write(bytes);
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

const golden = readGolden('scale/golden/dialog-06.txt');
const meaning = (wanted: object) =>
  golden
    .filter((line) => JSON.stringify(line.meaning) === JSON.stringify(wanted))
    .map((line) => line.hex);
const toSay = (wanted: object) => {
  const line = golden.find(
    ({ direction, meaning: said }) =>
      direction === 'tx' && JSON.stringify(said) === JSON.stringify(wanted),
  );
  if (line === undefined) throw new Error(`the golden lost ${JSON.stringify(wanted)}`);
  return line.bytes;
};
const PRICE = toSay({ kind: 'price', unitPriceFen: 1990 });
const ASK = toSay({ kind: 'ask' });
const STATUS = toSay({ kind: 'ask-status' });
const [ACK = ''] = meaning({ kind: 'ack' });
const [NAK = ''] = meaning({ kind: 'nak' });
const status = (code: string) => meaning({ kind: 'status', code });

describe('the Dialog 06 scale says what the golden bytes say', () => {
  it('one weighing for one price', () => {
    const { ask, put } = bench();
    put(1234);
    expect(ask(PRICE)).toBe(ACK);
    const result = { kind: 'stable', grams: 1234, unitPriceFen: 1990, amountFen: 2456 };
    expect(meaning(result)).toContain(ask(ASK));
    expect(ask(ASK)).toBe(NAK);
    expect(status('22')).toContain(ask(STATUS));
    expect(ask(PRICE)).toBe(ACK);
    expect(ask(ASK)).toBe(NAK);
    expect(status('21')).toContain(ask(STATUS));
  });

  it('every golden result it can weigh', () => {
    for (const { meaning: said, hex: wanted, bytes } of golden) {
      const price = Buffer.from(bytes).toString('latin1').split('\x1b')[3];
      if (said.kind !== 'stable' || price === undefined) continue;
      expect(hex(dialogResult(Number(said.grams), price))).toBe(wanted);
    }
  });

  it.each([
    ['20', 612, 'busy'],
    ['01', 612, 'not-zeroed'],
    ['30', 20, undefined],
    ['32', 15_100, undefined],
  ] as const)('status %s with %s g on the plate and the fault %s', (code, grams, fault) => {
    const { ask, put, setFault } = bench();
    put(grams);
    setFault(fault);
    ask(PRICE);
    expect(ask(ASK)).toBe(NAK);
    expect(status(code)).toContain(ask(STATUS));
  });

  it('refuses a price it cannot read and a record it does not know', () => {
    const { ask } = bench();
    const host = (text: string) => Buffer.from(`\x04\x02${text}\x03`, 'latin1');
    expect(ask(host('01\x1b12\x1b'))).toBe(NAK);
    expect(status('11')).toContain(ask(STATUS));
    expect(ask(host('77'))).toBe(NAK);
    expect(status('10')).toContain(ask(STATUS));
  });
});

describe('the proof', () => {
  it('undoes the turns of the example: CS 1234 and KW ABCD by the number 47', () => {
    // KW is no remainder of the test polynomial: only the turning is under test here.
    expect(hex(toSay({ kind: 'checksums' }))).toContain('32 33 34 31 39 42 35 37');
    expect(isProof('23419B57', '47', TEST_POLYNOMIAL)).toBe(false);
    // CRC-16/XMODEM over the bytes 12 34 is 13C6: the same division, published elsewhere.
    expect(isProof('123413C6', '00', TEST_POLYNOMIAL)).toBe(true);
    expect(isProof('123413C7', '00', TEST_POLYNOMIAL)).toBe(false);
    expect(isProof('nonsense', '00', TEST_POLYNOMIAL)).toBe(false);
  });

  it('is wanted before the first weighing, and nothing is weighed without it', () => {
    const { ask, put } = bench({ polynomial: TEST_POLYNOMIAL });
    put(1234);
    expect(ask(PRICE)).toMatch(/^02 31 31 1B 32 3[0-9] |^02 31 31 1B 32 4[1-6] /);
    expect(ask(toSay({ kind: 'checksums' }))).toBe(ACK);
    expect(meaning({ kind: 'proved', valid: false })).toContain(ask(ASK));
    expect(ask(PRICE)).toMatch(/^02 31 31 1B 32 /);
  });
});

it.each([
  ['silence', /^$/],
  ['late', /^$/],
  ['wrong-check', /^53$/],
  ['split', /^06$/],
] as const)('with the fault %s it answers as such a scale does', (fault, wanted) => {
  const { ask, setFault } = bench();
  setFault(fault);
  expect(ask(PRICE, 400)).toMatch(wanted);
});
