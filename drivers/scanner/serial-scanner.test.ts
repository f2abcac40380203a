import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { ByteWire, DeviceEvent, Scanner } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { dedupe } from './dedupe.ts';
import { serialScanner } from './serial-scanner.ts';

conforms(serialScanner, join(import.meta.dirname, 'golden/serial-scanner.txt'));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function decode(options: Record<string, unknown>, said: string): unknown[] {
  const checked = checkOptions(serialScanner, options);
  if (!checked.ok) throw new Error(checked.problem.en);
  const decoder = serialScanner.decoder(checked.value);
  return [...decoder.push(text(said)), ...decoder.end()];
}

describe('what a scanner may be set to send', () => {
  test.each([
    [
      'CR LF as the end',
      { suffix: 'CRLF' },
      ']E0123\r\n',
      { kind: 'code', text: '123', aimId: ']E0' },
    ],
    ['LF as the end', { suffix: 'LF' }, 'abc\n', { kind: 'code', text: 'abc' }],
    ['a prefix', { prefix: '*' }, '*]C1x\r', { kind: 'code', text: 'x', aimId: ']C1' }],
    ['no AIM identifiers', { aimId: 'off' }, ']E0\r', { kind: 'code', text: ']E0' }],
    ['Chinese in a QR code', {}, ']Q1苹果\r', { kind: 'code', text: '苹果', aimId: ']Q1' }],
  ])('%s is understood', (_name, options, said, code) => {
    expect(decode(options, said)).toEqual([code]);
  });

  test('a code without the agreed prefix is noise', () => {
    expect(decode({ prefix: '*' }, '123\r')).toEqual([{ kind: 'discarded', hex: '31 32 33 0D' }]);
  });

  test('an identifier without a code is noise', () => {
    expect(decode({}, ']E0\r')).toEqual([{ kind: 'discarded', hex: '5D 45 30 0D' }]);
  });

  test('512 bytes are a code, one more is none', () => {
    expect(decode({}, `${'1'.repeat(511)}\r`)).toMatchObject([{ kind: 'code' }]);
    expect(decode({}, `${'1'.repeat(512)}\r`)).toMatchObject([{ kind: 'discarded' }]);
  });
});

function bench() {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const heard: string[] = [];
  let far: ByteWire | undefined;
  const checked = checkOptions(serialScanner, {});
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept = supervise<Scanner>({
    driver: serialScanner,
    address: 'memory:scanner',
    open: async () => {
      const [near, end] = memoryPair('memory:scanner');
      far = end;
      end.onBytes((bytes) => void heard.push(Buffer.from(bytes).toString('latin1')));
      return near;
    },
    options: checked.value,
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void events.push(event),
    onStatus: () => undefined,
  });
  const say = async (said: string): Promise<void> => {
    await settle();
    await far?.write(text(said));
    await settle();
  };
  return { clock, events, heard, kept, say, unplug: () => far?.close() };
}

describe('at the lane', () => {
  test('a scanner is ready when its port is open, however long nobody scans', async () => {
    const { clock, kept } = bench();
    await clock.advance(3_600_000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('a code is told once, whole, with the time it came', async () => {
    const { clock, events, kept, say } = bench();
    await clock.advance(500);
    await say(']E0690123');
    await clock.advance(60);
    await say('4567892\r');
    expect(events).toEqual([{ kind: 'code', text: '6901234567892', aimId: ']E0', atMs: 560 }]);
    expect(kept.status().statistics).toEqual({ GoodScanCount: 1 });
    await kept.close();
  });

  test('half a code never becomes the beginning of the next one', async () => {
    const { clock, events, kept, say } = bench();
    await say(']E069012');
    await clock.advance(100);
    await say(']E06901234567892\r');
    expect(events).toMatchObject([{ text: '6901234567892' }]);
    expect(kept.status().statistics.CommunicationErrorCount).toBe(1);
    await kept.close();
  });

  test('half a code before an unplug is forgotten', async () => {
    const { clock, events, kept, say, unplug } = bench();
    await say(']E069012');
    await unplug();
    await clock.advance(2000);
    await say('34567892\r');
    expect(events).toMatchObject([{ text: '34567892' }]);
    await kept.close();
  });

  test('the light can be switched on and off', async () => {
    const { heard, kept } = bench();
    await settle();
    expect(await kept.device()?.trigger?.(true)).toEqual({ ok: true });
    expect(await kept.device()?.trigger?.(false)).toEqual({ ok: true });
    await settle();
    expect(heard).toEqual(['\x16T\r', '\x16U\r']);
    await kept.close();
  });
});

describe('the same label read twice', () => {
  test.each([
    [
      'within the window it is one item',
      [
        ['a', 'basket', 0],
        ['a', 'basket', 400],
      ],
      [false, true],
    ],
    [
      'after the window it is a second item',
      [
        ['a', 'basket', 0],
        ['a', 'basket', 500],
      ],
      [false, false],
    ],
    [
      'another code between makes it new',
      [
        ['a', 'basket', 0],
        ['b', 'basket', 100],
        ['a', 'basket', 200],
      ],
      [false, false, false],
    ],
    [
      'on another screen it is new',
      [
        ['a', 'basket', 0],
        ['a', 'pay', 100],
      ],
      [false, false],
    ],
    [
      'left lying there it is one item for ever',
      [
        ['a', 'basket', 0],
        ['a', 'basket', 400],
        ['a', 'basket', 800],
      ],
      [false, true, true],
    ],
  ] as const)('%s', (_name, scans, expected) => {
    const isReread = dedupe(500);
    expect(scans.map(([code, screen, atMs]) => isReread(code, screen, atMs))).toEqual(expected);
  });

  test('no two different codes are ever one', () => {
    const scans = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(900)));
    fc.assert(
      fc.property(scans, (steps) => {
        const isReread = dedupe(500);
        let atMs = 0;
        let before = '';
        for (const [code, gapMs] of steps) {
          atMs += gapMs;
          if (isReread(code, 'basket', atMs)) expect(code).toBe(before);
          before = code;
        }
      }),
    );
  });
});
