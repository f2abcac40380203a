import { describe, expect, it } from 'vitest';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { type Dialog0204Options, startScaleDialog0204 } from './scale-dialog-02-04.ts';

function bench(options: Partial<Dialog0204Options> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  startScaleDialog0204(cable, {
    clock,
    random,
    load: plate.read,
    fault: () => undefined,
    ...options,
  });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (bytes: Uint8Array) => {
    heard.length = 0;
    host?.write(bytes);
    clock.advance(100);
    return hex(Uint8Array.from(heard));
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1500);
  };
  return { ask, put };
}

const golden = readGolden('scale/golden/dialog-02-04.txt');
const lineOf = (wanted: object) => {
  const found = golden.find(({ meaning }) => JSON.stringify(meaning) === JSON.stringify(wanted));
  if (found === undefined) throw new Error(`the golden lost ${JSON.stringify(wanted)}`);
  return found;
};
const ENQ = lineOf({ kind: 'ask' }).bytes;
const ACK = lineOf({ kind: 'ack' }).hex;
const NAK = lineOf({ kind: 'nak' }).hex;

describe('the Dialog 02/04 scale says what the golden bytes say', () => {
  it.each([
    [true, {}],
    [false, { eot: false }],
  ])('one weighing for one price, EOT %s', (eot, without) => {
    const { ask, put } = bench({ eot });
    const price = lineOf({ kind: 'price', unitPriceFen: 1990, ...without }).bytes;
    const status = lineOf({ kind: 'ask-status', ...without }).bytes;
    put(1234);
    expect(ask(price)).toBe(ACK);
    const result = { kind: 'stable', grams: 1234, unitPriceFen: 1990, amountFen: 2456 };
    expect(ask(ENQ)).toBe(lineOf(result).hex);
    expect(ask(ENQ)).toBe(NAK);
    expect(ask(status)).toBe(lineOf({ kind: 'status', code: '22' }).hex);
  });

  it('does not hear a record with the other EOT', () => {
    const price = lineOf({ kind: 'price', unitPriceFen: 1990 }).bytes;
    expect(bench({ eot: false }).ask(price)).toBe('');
    expect(bench({ eot: true }).ask(price.subarray(1))).toBe('');
  });

  it('refuses the status record where it has none, and goes on', () => {
    const { ask, put } = bench({ status: false });
    put(1234);
    expect(ask(lineOf({ kind: 'ask-status' }).bytes)).toBe(NAK);
    expect(ask(lineOf({ kind: 'price', unitPriceFen: 1990 }).bytes)).toBe(ACK);
  });
});
