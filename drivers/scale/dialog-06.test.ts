import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleDialog06, TEST_POLYNOMIAL } from '../../simulator/twins/scale-dialog-06.ts';
import { conforms } from '../conformance.ts';
import { withoutParityBit, withParityBit } from '../wire/parity.ts';
import { latin1, loadedTwin, type Reply, scaleBench } from './bench-for-tests.ts';
import { dialog06 } from './dialog-06.ts';
import { checksumKey, checksumRecord, dialogDecoder, priceRecord } from './dialog-06-codec.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';

const golden = join(import.meta.dirname, 'golden/dialog-06.txt');
/** An answer may be as old as its deadline allows. */
const OLDEST_MS = 1000;
conforms(dialog06, golden, {
  twin: loadedTwin(
    ({ port, options }) => startScaleDialog06(port, { ...options, minGrams: 1 }),
    ['silence', 'garbage', 'wrong-check', 'split', 'late', 'busy', undefined, undefined],
    OLDEST_MS,
  ),
});

const record = (text: string) => latin1(`\x02${text.replaceAll('|', '\x1b')}\x03`);
const digits = (value: number, length: number) => String(value).padStart(length, '0');
const result = (grams: number, price = 1000, total = Math.round((grams * price) / 1000)) =>
  record(`02|3|${digits(grams, 5)}|${digits(price, 6)}|${digits(total, 6)}`);
const status = (code: string) => record(`09|${code}`);
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

describe('a bad line', () => {
  test('never sells a wrong weight, and a mended one is weighed: 7O1, the total as a check', () => {
    const onLine = (bytes: Uint8Array) => [...bytes].map((byte) => withParityBit(byte, 'odd'));
    const found = fuzzScale(
      'dialog-06',
      (grams) => onLine(result(grams)),
      () => {
        const { push, end } = dialogDecoder();
        return { push: (bytes) => push(bytes.map((byte) => withoutParityBit(byte, 'odd'))), end };
      },
    );
    expectHonest(found);
  });

  test('of plain seven bits is still caught by the total at the nominal price', () => {
    const whole = result(1234);
    const kinds = new Set<string>();
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Uint8Array.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const item of dialogDecoder().push(bytes)) {
        kinds.add(item.kind);
        // One fen of the scale's rounding is one gram here, and no more.
        if (item.kind === 'stable') expect(Math.abs((item.grams ?? 0) - 1234)).toBeLessThan(2);
      }
    }
    expect(kinds).toContain('discarded');
  });
});

describe('the proof', () => {
  test('turns CS left and KW right by the number, as in the worked example', () => {
    const sent = Buffer.from(checksumRecord(0x1234, 0xabcd, '47')).toString('latin1');
    expect(sent).toBe('\x04\x0210\x1b23419B57\x03');
    expect(Buffer.from(checksumRecord(0x1234, 0xabcd, '00')).toString('latin1')).toContain(
      '1234ABCD',
    );
  });

  test('has a key that is the remainder of a division', () => {
    // CRC-16/XMODEM over the two bytes is the same division.
    expect(checksumKey(0x1234, 0x11021)).toBe(0x13c6);
    expect(checksumKey(0xbeef, 0x11021)).toBe(0x31c3);
    expect(checksumKey(0, 0x11021)).toBe(0);
    expect(checksumKey(0x0001, 0x11021)).toBe(0x1021);
  });

  function provable(options: Record<string, unknown>) {
    let sawProofs = 0;
    const all = scaleBench(dialog06, options);
    const listeners: ((bytes: Uint8Array) => void)[] = [];
    const clock = { ...all.clock, wallMs: all.clock.monoMs, wallQuality: () => 'trusted' as const };
    let moved = 0;
    startScaleDialog06(
      {
        onBytes: (listener) => void listeners.push(listener),
        write: (bytes) => void all.say(bytes),
      },
      {
        clock,
        random: () => 0.3,
        // Every weighing finds other goods.
        load: () => ({ grams: 500 + 2 * (moved++ % 500), moving: false, overload: false }),
        fault: () => undefined,
        polynomial: TEST_POLYNOMIAL,
      },
    );
    all.replyWith((heard) => {
      if (heard.startsWith('\x04\x0210')) sawProofs++;
      for (const listener of listeners) listener(latin1(heard));
      return undefined;
    });
    return { ...all, proofs: () => sawProofs };
  }

  test('is given after power-up and every 50 weighings, and weights go on', async () => {
    const all = provable({ checksum: '1234', polynomial: TEST_POLYNOMIAL });
    await all.clock.advance(20_000);
    expect(all.kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    const weights = all.events.filter((event) => event.kind === 'stable').length;
    expect(weights).toBeGreaterThan(60);
    expect(all.proofs()).toBe(1 + Math.floor((weights - 1) / 50));
    await all.kept.close();
  });

  test.each([
    ['no-approval-key', {}],
    ['approval-refused', { checksum: '1234', polynomial: '18005' }],
  ])('that fails is the fault %s and no weight', async (detail, options) => {
    const all = provable(options);
    await all.clock.advance(3000);
    expect(all.kept.status()).toMatchObject({
      state: 'warn',
      reason: 'SCALE_FAULT',
      detail: { en: detail },
    });
    expect(all.events.filter((event) => 'grams' in event)).toEqual([]);
    await all.kept.close();
  });
});

/** A scale that takes every price and answers `EOT ENQ`, and record 08, as given. */
const speaking =
  (asked: Uint8Array | undefined, told: Uint8Array | undefined = status('00')): Reply =>
  (heard) => {
    if (heard.startsWith('\x04\x0201')) return ACK;
    if (heard.startsWith('\x04\x0208')) return told;
    return heard === '\x04\x05' ? asked : undefined;
  };

describe('the conversation', () => {
  test('is price, result, and EOT after every answer', async () => {
    const { asked, clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(result(1234)));
    await clock.advance(200);
    expect(asked()).toMatch(/^\x04\x0201\x1b001000\x1b\x03\x04\x04\x05\x04/);
    expect(events[0]).toMatchObject({
      kind: 'stable',
      grams: 1234,
      unitPriceFen: 1000,
      amountFen: 1234,
    });
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('the price has the digits the scale is set up for', () => {
    expect(Buffer.from(priceRecord(1990, 5)).toString('latin1')).toBe(
      '\x04\x0201\x1b01990\x1b\x03',
    );
  });

  test('goods that were not moved since their result still lie there', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(result(612)));
    await clock.advance(200);
    replyWith(speaking(NAK, status('21')));
    await clock.advance(600);
    expect(events.length).toBeGreaterThanOrEqual(3);
    expect(new Set(events.map((event) => 'grams' in event && event.grams))).toEqual(new Set([612]));
    replyWith(speaking(NAK, status('30')));
    await clock.advance(600);
    expect(events.at(-1)).toMatchObject({ kind: 'zero', grams: 0 });
    events.length = 0;
    replyWith(speaking(NAK, status('21')));
    await clock.advance(600);
    expect(events.filter((event) => event.kind === 'stable')).toEqual([]);
    await kept.close();
  });

  test('"not moved since" a result that nobody heard is no weight', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(result(612)));
    await clock.advance(200);
    replyWith(speaking(undefined));
    await clock.advance(700);
    events.length = 0;
    replyWith(speaking(NAK, status('21')));
    await clock.advance(2000);
    expect(events.filter((event) => 'grams' in event)).toEqual([]);
    await kept.close();
  });

  test.each([
    ['31', 'SCALE_UNDER_ZERO'],
    ['32', 'SCALE_OVER'],
    ['22', 'SCALE_FAULT'],
    ['01', 'BAD_FRAMES'],
    ['11', 'BAD_FRAMES'],
  ])('warns at status %s, whether asked for it or told', async (code, reason) => {
    for (const said of [speaking(NAK, status(code)), speaking(status(code))]) {
      const { clock, events, kept, replyWith } = scaleBench(dialog06);
      replyWith(speaking(result(612)));
      await clock.advance(200);
      events.length = 0;
      replyWith(said);
      await clock.advance(1500);
      expect(kept.status()).toMatchObject({ state: 'warn', reason });
      expect(events.filter((event) => 'grams' in event)).toEqual([]);
      await kept.close();
    }
  });

  test('while it moves the price stands and only the result is asked again', async () => {
    const { asked, clock, events, heard, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(NAK, status('20')));
    await clock.advance(300);
    heard.length = 0;
    await clock.advance(1000);
    expect(asked()).not.toContain('01\x1b');
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['moving']));
    await kept.close();
  });

  test('a scale that forgot the price in a power cut is told it again', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(NAK, status('20')));
    await clock.advance(500);
    events.length = 0;
    let priced = false;
    replyWith((heard) => {
      priced ||= heard.startsWith('\x04\x0201');
      return priced ? speaking(result(612))(heard) : speaking(NAK, status('22'))(heard);
    });
    await clock.advance(1500);
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 612 });
    await kept.close();
  });

  test('the result of another price is no result', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith(speaking(result(1234, 1990)));
    await clock.advance(3000);
    expect(events).toEqual([]);
    expect(kept.device()).toBeUndefined();
    await kept.close();
  });

  test('a result in answer to a price comes too late to count', async () => {
    const { clock, events, kept, replyWith } = scaleBench(dialog06);
    replyWith((heard) => (heard.startsWith('\x04\x0201') ? result(1234) : undefined));
    await clock.advance(3000);
    expect(events).toEqual([]);
    await kept.close();
  });

  test('something else on the port is the wrong device', async () => {
    const { clock, kept, replyWith } = scaleBench(dialog06);
    replyWith(() => latin1('S S      1.234 kg\r\n'));
    await clock.advance(4500);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });
});
