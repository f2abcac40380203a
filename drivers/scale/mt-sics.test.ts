import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startScaleMtSics } from '../../simulator/twins/scale-mt-sics.ts';
import { manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { latin1, loadedTwin, type Reply, scaleBench } from './bench-for-tests.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';
import { mtSics } from './mt-sics.ts';
import { sicsDecoder } from './mt-sics-codec.ts';
import { wholeGrams } from './whole-grams.ts';

/** An answer may be as old as its deadline allows. */
const OLDEST_MS = 1000;
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const twin = loadedTwin(
  ({ port, options }) => startScaleMtSics(port, options),
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
conforms(mtSics, golden('mt-sics.txt'), { twin });
conforms(mtSics, golden('mt-sics-wide.txt'));

test('no damaged line ever sells a wrong weight, and a mended one is weighed', () => {
  const found = fuzzScale(
    'mt-sics',
    (grams) => [...latin1(`S S ${(grams / 1000).toFixed(3).padStart(10)} kg\r\n`)],
    () => sicsDecoder({ valueWidth: 10, fractions: 'refuse' }),
  );
  expectHonest(found);
  // The line alone is not enough, and this is what the rule of three is for.
  expect(found.damaged).toBeGreaterThan(0);
});

describe('whole grams out of digits', () => {
  test.each([
    ['1', '234', 'kg', 1234],
    ['0', '5', 'kg', 500],
    ['1', '2340', 'kg', 1234],
    ['1', '2345', 'kg', undefined],
    ['612', '', 'g', 612],
    ['612', '35', 'g', undefined],
    ['5', '', 'mg', undefined],
    ['5000', '0', 'mg', 5],
    ['1', '000', 'lb', undefined],
    ['1', '0', 'KG', undefined],
  ])('%s.%s %s is %s g', (whole, fraction, unit, grams) => {
    expect(wholeGrams(whole, fraction, unit)).toBe(grams);
  });

  test('are rounded only where that was asked for', () => {
    expect(wholeGrams('612', '49', 'g', true)).toBe(612);
    expect(wholeGrams('612', '5', 'g', true)).toBe(613);
    expect(wholeGrams('0', '4', 'g', true)).toBe(0);
  });
});

/** A scale that answers each question by a table; `SI` by the given line. */
const speaking =
  (weight: string, table: Record<string, string> = {}): Reply =>
  (heard) => {
    const said = table[heard.trimEnd()] ?? (heard === 'SI\r\n' ? weight : 'I4 A "B021002593"');
    return latin1(`${said}\r\n`);
  };
const STABLE = 'S S      1.234 kg';
const ZERO = 'S S      0.000 kg';
const MOVING = 'S D      1.234 kg';

describe('the conversation', () => {
  test('asks who is there, then for the weight about seven times a second', async () => {
    const { asked, clock, events, kept, logs, replyWith } = scaleBench(mtSics);
    replyWith(speaking(STABLE));
    await clock.advance(1000);
    expect(asked()).toMatch(/^I4\r\n(SI\r\n)+$/);
    expect(logs).toContainEqual({ address: 'memory:scale', serial: 'B021002593' });
    expect(events.length).toBeGreaterThanOrEqual(7);
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    expect(kept.status()).toMatchObject({ state: 'ok' });
    expect(kept.status().statistics.GoodWeightReadCount).toBe(events.length);
    await kept.close();
  });

  test.each([
    ['I4', 'I4 A "B1"'],
    ['I4', '@ A "B1"'],
    ['@', 'I4 A "B1"'],
    ['@', '@ A "B1"'],
  ])('asked by %s, the serial number may come as %s', async (serialBy, said) => {
    const at = scaleBench(mtSics, { serialBy, serialNumber: 'B1' });
    at.replyWith(speaking(STABLE, { [serialBy]: said }));
    await at.clock.advance(500);
    expect(at.asked().startsWith(`${serialBy}\r\n`)).toBe(true);
    expect(at.kept.status().state).toBe('ok');
    await at.kept.close();
  });

  test('a scale that does not tell its number is still a scale', async () => {
    const { clock, kept, replyWith, logs } = scaleBench(mtSics);
    replyWith(speaking(STABLE, { I4: 'ES' }));
    await clock.advance(500);
    expect(logs).toContainEqual({ address: 'memory:scale', serial: 'unknown' });
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('another scale than the one that was fitted is refused', async () => {
    const { clock, events, kept, replyWith } = scaleBench(mtSics, { serialNumber: 'B7' });
    replyWith(speaking(STABLE));
    await clock.advance(500);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(kept.status().detail?.en).toContain('B021002593');
    replyWith((heard) => (heard === 'SI\r\n' ? latin1(`${STABLE}\r\n`) : undefined));
    await clock.advance(4000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    expect(events).toEqual([]);
    await kept.close();
  });

  test.each([
    ['the plate is overloaded', 'S +', 'SCALE_OVER'],
    ['the load is below zero', 'S -', 'SCALE_UNDER_ZERO'],
    ['the number is below zero', 'S S     -0.125 kg', 'SCALE_UNDER_ZERO'],
    ['it weighs in pounds', 'S S      2.469 lb', 'SCALE_FAULT'],
    ['it has no weight for long', 'S I', 'SCALE_FAULT'],
    ['it cannot answer yet', 'EL', 'SCALE_FAULT'],
    ['it hears us badly', 'ET', 'BAD_FRAMES'],
  ])('warns while %s', async (_name, said, reason) => {
    const { clock, events, kept, replyWith } = scaleBench(mtSics);
    replyWith(speaking(ZERO));
    await clock.advance(500);
    events.length = 0;
    replyWith(speaking(said));
    await clock.advance(1000);
    expect(kept.status()).toMatchObject({ state: 'warn', reason });
    expect(events.filter((event) => 'grams' in event)).toEqual([]);
    replyWith(speaking(ZERO));
    await clock.advance(500);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test.each(['SI ?       18.5 kg ', 'S    -      8.5 g  ', 'S A'])(
    'a RADWAG scale, which says "%s", is the wrong device and never a weight',
    async (said) => {
      const { clock, events, kept, replyWith } = scaleBench(mtSics);
      replyWith(speaking(said, { I4: 'ES' }));
      await clock.advance(800);
      expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
      expect(kept.status().detail?.en).toContain('RADWAG');
      expect(events).toEqual([]);
      await kept.close();
    },
  );

  test('one line damaged into RADWAG costs nothing, a swapped scale is found out', async () => {
    const { clock, events, kept, replyWith } = scaleBench(mtSics);
    replyWith(speaking(STABLE));
    await clock.advance(500);
    let spoilt = 1;
    replyWith((heard) => speaking(spoilt-- > 0 ? 'S A' : STABLE)(heard));
    await clock.advance(500);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    replyWith(speaking('SI ?       18.5 kg ', { I4: 'ES' }));
    await clock.advance(500);
    events.length = 0;
    await clock.advance(4000);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    expect(events.every((event) => event.kind === 'stale')).toBe(true);
    await kept.close();
  });

  test('something that knows nothing of weights is the wrong device', async () => {
    const { clock, kept, replyWith } = scaleBench(mtSics);
    replyWith(() => latin1('ES\r\n'));
    await clock.advance(1000);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
    await kept.close();
  });

  test('an answer that comes too late is not taken for the next one', async () => {
    const { clock, events, kept, replyWith, say } = scaleBench(mtSics);
    replyWith(speaking(ZERO));
    await clock.advance(300);
    const before = events.length;
    replyWith((heard) =>
      heard === 'I4\r\n' ? latin1(`${STABLE}\r\nI4 A "B021002593"\r\n`) : undefined,
    );
    await clock.advance(1200);
    expect(events.slice(before).filter((event) => event.kind === 'stable')).toEqual([]);
    expect(kept.status().statistics.M_LateReplyCount).toBe(1);
    replyWith(speaking(ZERO));
    await clock.advance(1000);
    expect(events.at(-1)?.kind).toBe('zero');
    await say(latin1(`${STABLE}\r\n`));
    await settle();
    expect(events.at(-1)?.kind).toBe('zero');
    await kept.close();
  });

  test('an adapter that echoes our own bytes disturbs nothing', async () => {
    const { clock, events, kept, replyWith } = scaleBench(mtSics);
    replyWith((heard) => Buffer.concat([latin1(heard), speaking(STABLE)(heard) ?? latin1('')]));
    await clock.advance(1000);
    expect(events.length).toBeGreaterThan(6);
    expect(kept.status().statistics.CommunicationErrorCount).toBeUndefined();
    await kept.close();
  });

  test('spoilt answers show as bad frames, then as a line gone silent', async () => {
    const { clock, kept, replyWith } = scaleBench(mtSics);
    replyWith(speaking(STABLE));
    await clock.advance(500);
    replyWith(() => latin1('S S     1.2!4 kg\r\n'));
    await clock.advance(2200);
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'BAD_FRAMES' });
    await clock.advance(700);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await kept.close();
  });
});

test('a scale cannot be reached over HTTP', async () => {
  const clock = manualClock();
  const answer = () => ({ status: 200, headers: {}, body: new Uint8Array() });
  const nothing = (): void => undefined;
  const context = {
    clock,
    log: { debug: nothing, warn: nothing },
    signal: new AbortController().signal,
    connection: 1,
    alive: nothing,
    emit: nothing,
    warn: nothing,
    count: nothing,
  };
  const options = { valueWidth: 10, fractions: 'refuse' };
  const connecting = mtSics.connect(memoryRequestWire(answer, clock), options, context);
  await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE', retry: false });
});

describe('zero and tare', () => {
  async function connected(table: Record<string, string>, weight = STABLE) {
    const at = scaleBench(mtSics);
    at.replyWith(speaking(weight, table));
    await at.clock.advance(500);
    const device = at.kept.device();
    if (device === undefined) throw new Error('no scale');
    const done = async (outcome: unknown) => {
      await at.clock.advance(1500);
      return outcome;
    };
    return { ...at, device, done };
  }

  test.each([
    ['ZI S', { ok: true }],
    ['ZI D', { ok: false, reason: 'MOVING' }],
    ['ZI I', { ok: false, reason: 'NOT_NOW' }],
    ['ZI +', { ok: false, reason: 'OUT_OF_RANGE' }],
    ['ZI -', { ok: false, reason: 'OUT_OF_RANGE' }],
    ['ES', { ok: false, reason: 'NO_SUCH_COMMAND' }],
    ['ET', { ok: false, reason: 'GARBLED' }],
    ['EL', { ok: false, reason: 'NOT_NOW' }],
    ['Z A', { ok: false, reason: 'NO_REPLY' }],
  ])('zero, answered "%s", is %j', async (said, outcome) => {
    const { device, done, kept } = await connected({ ZI: said });
    expect(await done(device.zero?.())).toEqual(outcome);
    await kept.close();
  });

  test('neither is asked of a load that moves', async () => {
    const { asked, device, done, kept } = await connected({}, MOVING);
    expect(await done(device.zero?.())).toEqual({ ok: false, reason: 'MOVING' });
    expect(await done(device.tare?.())).toEqual({ ok: false, reason: 'MOVING' });
    expect(asked()).not.toMatch(/[ZT]/);
    await kept.close();
  });

  test.each([
    [undefined, 'TI', 'TI S      0.126 kg', { ok: true }],
    [undefined, 'TI', 'TI I', { ok: false, reason: 'NOT_NOW' }],
    [15, 'TA 15 g', 'TA A      0.015 kg', { ok: true }],
    [15, 'TA 15 g', 'TA A      0.016 kg', { ok: false, reason: 'OTHER_VALUE' }],
    [15, 'TA 15 g', 'TA L', { ok: false, reason: 'BAD_VALUE' }],
    [0, 'TAC', 'TAC A', { ok: true }],
  ])('a tare of %s g is sent as %s; "%s" is %j', async (grams, sent, said, outcome) => {
    const { asked, device, done, kept } = await connected({ [sent]: said });
    expect(await done(device.tare?.(grams))).toEqual(outcome);
    expect(asked()).toContain(`\n${sent}\r\n`);
    await kept.close();
  });

  test('one at a time, and none on a closed scale', async () => {
    const { device, kept } = await connected({ ZI: 'ZI S' });
    const first = device.zero?.();
    expect(await device.zero?.()).toEqual({ ok: false, reason: 'BUSY' });
    await kept.close();
    await settle();
    expect(await first).toEqual({ ok: false, reason: 'CLOSED' });
    expect(await device.tare?.(0)).toEqual({ ok: false, reason: 'CLOSED' });
  });
});

describe('found by a person', () => {
  test('it says HERE on its display, then weighs again', async () => {
    const { asked, clock, kept, replyWith } = scaleBench(mtSics);
    replyWith(speaking(STABLE, { 'D "HERE"': 'D A', DW: 'DW A' }));
    await clock.advance(500);
    const located = kept.device()?.locate?.();
    await clock.advance(200);
    expect(await located).toEqual({ ok: true });
    expect(asked()).not.toContain('DW');
    await clock.advance(6000);
    expect(asked()).toMatch(/D "HERE"\r\n(SI\r\n)+DW\r\n(SI\r\n)+$/);
    await kept.close();
    await settle();
    expect(clock.timers()).toBe(0);
  });

  test('a scale whose display takes no text says so, and one let go meanwhile is left alone', async () => {
    const { clock, kept, replyWith } = scaleBench(mtSics);
    replyWith(speaking(STABLE, { 'D "HERE"': 'D L' }));
    await clock.advance(500);
    const refused = kept.device()?.locate?.();
    await clock.advance(200);
    expect(await refused).toEqual({ ok: false, reason: 'BAD_VALUE' });
    replyWith(speaking(STABLE, { 'D "HERE"': 'D A' }));
    const located = kept.device()?.locate?.();
    await clock.advance(200);
    expect(await located).toEqual({ ok: true });
    await kept.close();
    await settle();
    expect(clock.timers()).toBe(0);
  });
});
