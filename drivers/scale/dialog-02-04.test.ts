import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Dialog0204Options,
  startScaleDialog0204,
} from '../../simulator/twins/scale-dialog-02-04.ts';
import { conforms } from '../conformance.ts';
import { parseGolden } from '../golden.ts';
import { toHex } from '../hex.ts';
import { withoutParityBit, withParityBit } from '../wire/parity.ts';
import { latin1, loadedTwin, type Reply, scaleBench } from './bench-for-tests.ts';
import { dialog0204, words0204 } from './dialog-02-04.ts';
import { dialogDecoder } from './dialog-06-codec.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';

const golden = join(import.meta.dirname, 'golden/dialog-02-04.txt');
/** An answer may be as old as its deadline allows. */
const OLDEST_MS = 1000;
conforms(dialog0204, golden, {
  twin: loadedTwin(
    ({ port, options }) => startScaleDialog0204(port, { ...options, minGrams: 1 }),
    ['silence', 'garbage', 'wrong-check', 'split', 'late', 'busy', undefined, undefined],
    OLDEST_MS,
  ),
});

test.each([true, false])('says its sentences as the golden bytes have them, EOT %s', (eot) => {
  const { price, askResult, askStatus, reset } = words0204(eot);
  const { lines } = parseGolden(readFileSync(golden, 'utf8'));
  const said = (wanted: object) => {
    const line = lines.find(({ meaning }) => JSON.stringify(meaning) === JSON.stringify([wanted]));
    return toHex(line?.bytes ?? new Uint8Array());
  };
  const without = eot ? {} : { eot: false };
  expect(toHex(price('001990'))).toBe(said({ kind: 'price', unitPriceFen: 1990, ...without }));
  expect(toHex(askStatus)).toBe(said({ kind: 'ask-status', ...without }));
  expect(toHex(askResult)).toBe(said({ kind: 'ask' }));
  expect(reset && toHex(reset)).toBe(eot ? said({ kind: 'reset' }) : undefined);
});

/** The driver on the simulator's scale. */
function onTwin(options: Record<string, unknown>, twin: Partial<Dialog0204Options>) {
  const bench = scaleBench(dialog0204, options);
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const load = { grams: 0, moving: false, overload: false };
  startScaleDialog0204(
    { onBytes: (each) => void listeners.push(each), write: (bytes) => void bench.say(bytes) },
    {
      clock: { ...bench.clock, wallMs: bench.clock.monoMs, wallQuality: () => 'trusted' as const },
      random: () => 0.3,
      load: () => load,
      fault: () => undefined,
      ...twin,
    },
  );
  bench.replyWith((heard) => {
    for (const listener of listeners) listener(latin1(heard));
    return undefined;
  });
  const says = async (change: Partial<typeof load>) => {
    Object.assign(load, change);
    await bench.clock.advance(600);
    bench.events.length = 0;
    await bench.clock.advance(2500);
    return new Set(
      bench.events.map((one) => ('grams' in one ? `${one.kind} ${one.grams}` : one.kind)),
    );
  };
  return { ...bench, says };
}

describe('on a scale that wants EOT and on one that does not', () => {
  test.each([true, false])('EOT %s: weighs, and says what lies there', async (eot) => {
    const { says, kept } = onTwin({ eot }, { eot });
    expect(await says({ grams: 0 })).toEqual(new Set(['zero 0']));
    expect(await says({ grams: 612 })).toEqual(new Set(['stable 612']));
    expect(await says({ moving: true })).toEqual(new Set(['moving']));
    expect(await says({ moving: false, overload: true })).toEqual(new Set(['overload']));
    expect(await says({ grams: -40, overload: false })).toEqual(new Set(['underload']));
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'SCALE_UNDER_ZERO' });
    expect(await says({ grams: 612 })).toEqual(new Set(['stable 612']));
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    await kept.close();
  });

  test('with the other EOT there is no scale, and no weight', async () => {
    const { clock, events, kept } = onTwin({ eot: false }, { eot: true });
    await clock.advance(6000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    expect(events.filter((event) => 'grams' in event)).toEqual([]);
    await kept.close();
  });
});

test('without status records a NAK is no weight, no zero, and no stop', async () => {
  const { says, events, kept, heard, asked } = onTwin({ status: false }, { status: false });
  expect(await says({ grams: 0 })).toEqual(new Set(['moving']));
  heard.length = 0;
  await says({ grams: 612 });
  // One result for one placement: after it the scale says NAK, which is no weight.
  expect(events.filter((event) => 'grams' in event)).toEqual([]);
  expect(asked()).not.toContain('08');
  expect(kept.status().state).toBe('ok');
  await kept.close();
});

test('a bad line never sells a wrong weight, and a mended one is weighed: 7O1, price of 5 digits', () => {
  const result = (grams: number) => {
    const weight = String(grams).padStart(5, '0');
    return record(`02|3|${weight}|01000|${weight.padStart(6, '0')}`);
  };
  const found = fuzzScale(
    'dialog-02-04',
    (grams) => [...result(grams)].map((byte) => withParityBit(byte, 'odd')),
    () => {
      const { push, end } = dialogDecoder();
      return { push: (bytes) => push(bytes.map((byte) => withoutParityBit(byte, 'odd'))), end };
    },
  );
  expectHonest(found);
});

const record = (text: string) => latin1(`\x02${text.replaceAll('|', '\x1b')}\x03`);
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);
const speaking =
  (asked: Uint8Array, told = record('09|00')): Reply =>
  (heard) => {
    if (heard.startsWith('\x04\x0201')) return ACK;
    if (heard.startsWith('\x04\x0208')) return told;
    return heard === '\x05' ? asked : undefined;
  };

describe('the conversation', () => {
  test('is price, ENQ alone, and EOT after every answer', async () => {
    const { asked, clock, kept, replyWith } = scaleBench(dialog0204);
    replyWith(speaking(record('02|3|01234|001000|001234')));
    await clock.advance(240);
    expect(asked()).toBe('\x04\x0201\x1b001000\x1b\x03\x04\x05\x04');
    await kept.close();
  });

  test('a scale that wants the proof of Dialog 06 is refused, not weighed on', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog0204);
    replyWith((heard) => (heard.startsWith('\x04\x0201') ? record('11|247') : undefined));
    await clock.advance(4500);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(events).toEqual([]);
    await kept.close();
  });

  test.each([
    ['30', 'zero'],
    ['31', 'underload'],
    ['32', 'overload'],
    ['20', 'moving'],
  ])('NAK with status %s is %s', async (code, kind) => {
    const { clock, events, kept, replyWith } = scaleBench(dialog0204);
    replyWith(speaking(NAK, record(`09|${code}`)));
    await clock.advance(1500);
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set([kind]));
    await kept.close();
  });

  test('the result of another price is no result', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog0204);
    replyWith(speaking(record('02|3|01234|001990|002456')));
    await clock.advance(3000);
    expect(events).toEqual([]);
    await kept.close();
  });
});
