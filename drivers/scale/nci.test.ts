import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleNci } from '../../simulator/twins/scale-nci.ts';
import { settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import { checkParity, PARITY_ERROR_BYTE, withParityBit } from '../wire/parity.ts';
import { latin1, loadedTwin, type Reply, scaleBench } from './bench-for-tests.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';
import { nci } from './nci.ts';
import { nciDecoder } from './nci-codec.ts';

/** An answer may be as old as its deadline allows. */
const OLDEST_MS = 1000;
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

for (const [file, manner] of [
  ['nci.txt', { dialect: 'pos', extended: true }],
  ['nci-bench.txt', { dialect: 'bench', opos: false }],
] as const) {
  const twin = loadedTwin(
    ({ port, options }) => startScaleNci(port, { ...options, ...manner }),
    [
      'silence',
      'garbage',
      'wrong-check',
      'split',
      'late',
      'busy',
      'not-zeroed',
      undefined,
      undefined,
    ],
    OLDEST_MS,
  );
  conforms(nci, golden(file), { twin });
}

const frame = (weight: string, status: string) => latin1(`\n${weight}\r\n${status}\r\x03`);
const short = (text: string) => latin1(`\n${text}\r\x03`);
const kilograms = (grams: number) => (grams / 1000).toFixed(3).padStart(6, '0');
const even = (bytes: Uint8Array) => bytes.map((byte) => withParityBit(byte, 'even'));

describe('no damaged answer ever sells a wrong weight, and a mended one is weighed', () => {
  test.each([
    ['pos', (grams: number) => frame(`${kilograms(grams)}KG`, 'S00')],
    ['bench', (grams: number) => frame(` ${kilograms(grams)}kg`, '00')],
  ] as const)('%s', (dialect, answer) => {
    const found = fuzzScale(
      `nci ${dialect}`,
      (grams) => [...answer(grams)],
      () => nciDecoder('auto'),
    );
    expectHonest(found);
    // The answer alone is not enough, and this is what the rule of three is for.
    expect(found.damaged).toBeGreaterThan(0);
  });
});

describe('an answer', () => {
  const items = (bytes: Uint8Array, dialect: 'auto' | 'pos' | 'bench' = 'auto') =>
    nciDecoder(dialect).push(bytes);

  test.each([
    ['a weight while at zero', frame('01.234KG', 'S20'), { kind: 'status', atZero: true }],
    ['a weight one byte short', frame('1.234KG', 'S00'), { kind: 'status', atZero: false }],
    ['a weight with a bad byte', frame('01.2\xff4KG', 'S10'), { kind: 'moving' }],
  ])('%s is no weight; its status may stand', (_name, bytes, status) => {
    expect(items(bytes)).toEqual([{ kind: 'discarded', hex: expect.any(String) }, status]);
  });

  test('of either dialect is understood where none was chosen', () => {
    const weight = { kind: 'stable', grams: 1234 };
    expect(items(frame('01.234KG', 'S00'))).toEqual([weight]);
    expect(items(frame(' 01.234kg', '00'))).toEqual([weight]);
    expect(items(frame('01.234KG', 'S00'), 'bench')[0]).toMatchObject({ kind: 'discarded' });
    expect(items(frame(' 01.234kg', '00'), 'pos')[0]).toMatchObject({ kind: 'discarded' });
  });

  test('every pair of status characters stands against a weight, or leaves it as it is', () => {
    for (let first = 0; first < 16; first++) {
      for (let second = 0; second < 16; second++) {
        const status = `S${String.fromCharCode(0x30 | first, 0x30 | second)}`;
        const [item] = items(frame('01.234KG', status));
        if (first === 0 && second === 0) expect(item).toEqual({ kind: 'stable', grams: 1234 });
        else expect(item?.kind).not.toBe('stable');
      }
    }
  });
});

/** A scale that answers the probe and each question by a table; `W` by the given answer. */
const speaking =
  (weight: Uint8Array, table: Record<string, Uint8Array | undefined> = {}): Reply =>
  (heard) =>
    ({ 'W\r': weight, '\x05\r': short('OPOS'), ...table })[heard];
const STABLE = frame('01.234KG', 'S00');
const ZERO = frame('00.000KG', 'S20');

describe('the conversation', () => {
  test('asks for OPOS once, then for the weight five times a second', async () => {
    const { asked, clock, events, kept, logs, replyWith } = scaleBench(nci);
    replyWith(speaking(STABLE));
    await clock.advance(1000);
    expect(asked()).toMatch(/^\x05\r(W\r){5,6}$/);
    expect(logs).toContainEqual({ address: 'memory:scale', opos: true });
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('a scale that knows no OPOS, or hears no probe at all, is still a scale', async () => {
    for (const said of [short('?'), undefined]) {
      const { clock, kept, replyWith } = scaleBench(nci);
      replyWith(speaking(STABLE, { '\x05\r': said }));
      await clock.advance(1600);
      expect(kept.status().state).toBe('ok');
      await kept.close();
    }
  });

  test.each([
    ['it is over its capacity', short('S02'), 'SCALE_OVER'],
    ['it shows the filler of overload', frame('^^^^^^KG', 'S02'), 'SCALE_OVER'],
    ['it is below zero', short('S01'), 'SCALE_UNDER_ZERO'],
    ['its memory is broken', short('S40'), 'SCALE_FAULT'],
    ['it was not zeroed at start', short('S0p8'), 'SCALE_FAULT'],
    ['it weighs in pounds', frame('01.234LB', 'S00'), 'SCALE_FAULT'],
    ['it gives its status and no weight', short('S00'), 'SCALE_FAULT'],
    ['it does not know the question', short('?'), 'BAD_FRAMES'],
  ])('warns while %s', async (_name, said, reason) => {
    const { clock, events, kept, replyWith } = scaleBench(nci);
    replyWith(speaking(ZERO));
    await clock.advance(1000);
    events.length = 0;
    replyWith(speaking(said));
    await clock.advance(1500);
    expect(kept.status()).toMatchObject({ state: 'warn', reason });
    expect(events.filter((event) => 'grams' in event)).toEqual([]);
    replyWith(speaking(ZERO));
    await clock.advance(1000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('motion without a number is motion, for seconds on end', async () => {
    const { clock, events, kept, replyWith } = scaleBench(nci);
    replyWith(speaking(short('S10')));
    await clock.advance(5000);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['moving']));
    expect(events.some((event) => 'grams' in event)).toBe(false);
    await kept.close();
  });

  test.each([
    ['with the probe to tell it by', short('OPOS')],
    ['by waiting it out', undefined],
  ])('an answer that comes too late is let pass, %s', async (_name, said) => {
    const { clock, events, kept, replyWith, say } = scaleBench(nci);
    replyWith(speaking(ZERO, { '\x05\r': said }));
    await clock.advance(1600);
    const before = events.length;
    replyWith((heard) => {
      if (heard === '\x05\r' && said !== undefined) return Buffer.concat([STABLE, said]);
      return undefined;
    });
    await clock.advance(1300);
    if (said === undefined) await say(STABLE);
    await settle();
    replyWith(speaking(ZERO, { '\x05\r': said }));
    await clock.advance(1000);
    expect(kept.status().connection).toBe(1);
    expect(events.slice(before).filter((event) => event.kind === 'stable')).toEqual([]);
    expect(kept.status().statistics.M_LateReplyCount).toBe(1);
    await kept.close();
  });

  test('an adapter that echoes our own bytes disturbs nothing', async () => {
    const { clock, events, kept, replyWith } = scaleBench(nci);
    replyWith((heard) => Buffer.concat([latin1(heard), speaking(STABLE)(heard) ?? latin1('')]));
    await clock.advance(1000);
    expect(events.length).toBeGreaterThan(3);
    expect(kept.status().statistics.CommunicationErrorCount).toBeUndefined();
    await kept.close();
  });

  test('something else on the port is the wrong device', async () => {
    const { clock, kept, replyWith } = scaleBench(nci);
    replyWith(() => latin1('S S      1.234 kg\r\n'));
    await clock.advance(4800);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('seven bits: a byte of the wrong parity is no digit', async () => {
    const all = scaleBench(nci, {}, (near) => checkParity(near, 'even', true));
    const plain = (heard: string) =>
      String.fromCharCode(...Array.from(heard, (letter) => letter.charCodeAt(0) & 0x7f));
    all.replyWith((heard) => even(speaking(STABLE)(plain(heard)) ?? latin1('')));
    await all.clock.advance(1000);
    expect(all.events.at(-1)).toMatchObject({ kind: 'stable', grams: 1234 });
    // 31 with one bit flipped is 33, another digit; its parity is not that of 33.
    const flipped = even(STABLE).map((byte, at) => (at === 2 ? byte ^ 2 : byte));
    const before = all.events.length;
    all.replyWith(() => flipped);
    await all.clock.advance(900);
    expect(all.events.slice(before).filter((event) => 'grams' in event)).toEqual([]);
    expect(PARITY_ERROR_BYTE).toBe(0xff);
    await all.kept.close();
  });
});

describe('zero', () => {
  const pressed = async (table: Record<string, Uint8Array | undefined>, weight = STABLE) => {
    const at = scaleBench(nci);
    at.replyWith(speaking(weight, table));
    await at.clock.advance(1000);
    const outcome = at.kept.device()?.zero?.();
    return { ...at, outcome };
  };

  test('is done when the scale shows zero, whatever it said first', async () => {
    const { asked, clock, kept, outcome, replyWith } = await pressed({ 'Z\r': short('S10') });
    await clock.advance(500);
    expect(asked()).toContain('Z\r');
    replyWith(speaking(ZERO));
    await clock.advance(500);
    expect(await outcome).toEqual({ ok: true });
    await kept.close();
  });

  test.each([
    ['NOT_ZERO', short('S00'), STABLE],
    ['NO_SUCH_COMMAND', short('?'), STABLE],
    ['MOVING', short('S00'), short('S10')],
    ['NO_REPLY', undefined, STABLE],
  ])('is refused as %s', async (reason, said, weight) => {
    const { clock, kept, outcome } = await pressed({ 'Z\r': said }, weight);
    await clock.advance(3000);
    expect(await outcome).toEqual({ ok: false, reason });
    await kept.close();
  });

  test('there is no command for a tare', async () => {
    const { kept, outcome } = await pressed({});
    expect(kept.device()?.tare).toBeUndefined();
    await kept.close();
    expect(await outcome).toEqual({ ok: false, reason: 'CLOSED' });
  });
});
