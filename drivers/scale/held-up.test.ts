/**
 * A process that other work holds up: its timers run before the bytes are read that came
 * meanwhile, and then these are still the answer, of a weight as old as the question.
 */
import { describe, expect, test } from 'vitest';
import type { ByteWire, Driver, Scale } from '../contract.ts';
import { bytesOf, latin1, type Reply, scaleBench } from './bench-for-tests.ts';
import { enqDc1 } from './enq-dc1.ts';
import { mtSics } from './mt-sics.ts';
import { toledo8217 } from './toledo-8217.ts';

/** A wire whose bytes wait in the system while `held`, as those of a port do. */
function heldWire() {
  const waiting: Uint8Array[] = [];
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const at = { held: false };
  const read = (): void => {
    for (const bytes of waiting.splice(0)) for (const listener of listeners) listener(bytes);
  };
  const wrap = (near: ByteWire): ByteWire => {
    near.onBytes((bytes) => {
      waiting.push(bytes);
      if (!at.held) read();
    });
    return { ...near, onBytes: (listener) => void listeners.push(listener) };
  };
  return { at, read, wrap };
}

const ENQ_DC1 = '01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04';
const SCALES: [Driver<Scale>, Record<string, unknown>, Reply][] = [
  [
    enqDc1,
    { dialect: 'cas' },
    (heard) => bytesOf(heard.endsWith('\x05') ? '06' : heard.endsWith('\x11') ? ENQ_DC1 : ''),
  ],
  [
    toledo8217,
    { identify: 'weight' },
    (heard) => {
      const answers = { A: '\x02\r', B: '\x02?@\r', W: '\x0201.234\r' };
      return latin1(Object.entries(answers).find(([asked]) => asked === heard)?.[1] ?? '');
    },
  ],
  [
    mtSics,
    {},
    (heard) => (heard.startsWith('SI\r') ? latin1('S S      1.234 kg\r\n') : latin1('ES\r\n')),
  ],
];

describe.each(SCALES)('$name', (driver, options, reply) => {
  test('hears an answer that came while the process was held up, and says how old it is', async () => {
    const { at, read, wrap } = heldWire();
    const { clock, events, kept, replyWith } = scaleBench(driver, options, wrap);
    let spokeMs = 0;
    replyWith((heard) => {
      spokeMs = clock.monoMs();
      return reply(heard);
    });
    await clock.advance(3000);
    expect(events.at(-1)).toMatchObject({ kind: 'stable', grams: 1234 });
    const before = kept.status().statistics;
    events.length = 0;
    at.held = true;
    // Until the question at hand is the one whose answer lies there.
    await clock.advance(300);
    events.length = 0;
    clock.holdUp(1200);
    await clock.advance(1);
    at.held = false;
    read();
    await clock.advance(0);
    // Nothing claims to be younger than the moment the scale said it.
    expect(events[0]?.atMs).toBeLessThanOrEqual(spokeMs);
    await clock.advance(100);
    const { CommunicationErrorCount: errors, M_LateReplyCount: late } = before;
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
    expect(kept.status().statistics.CommunicationErrorCount).toBe(errors);
    expect(kept.status().statistics.M_LateReplyCount).toBe(late);
    expect(events[0]).toMatchObject({ kind: 'stable', grams: 1234 });
    await kept.close();
  });
});
