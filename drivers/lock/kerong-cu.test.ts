import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LockFault } from '../../simulator/twins/lock-8a.ts';
import { startLockKerong } from '../../simulator/twins/lock-kerong.ts';
import { conforms } from '../conformance.ts';
import { mendedLine } from '../mended-for-tests.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { memoryPair } from '../wire/memory.ts';
import { kerongCu, kerongDecoder } from './kerong-cu.ts';
import { doorsTwin, lockBench, type StartBoard } from './locks.fixture.ts';

const cu16: StartBoard = (port, world) => startLockKerong(port, world);
const cu48: StartBoard = (port, world) => startLockKerong(port, { ...world, dialect: 'cu48' });
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
conforms(kerongCu, golden('kerong-cu.txt'), { twin: doorsTwin(cu16, 3) });
conforms(kerongCu, golden('kerong-cu-cu48.txt'));

const CU16 = { dialect: 'cu16', feedbackPolarity: 'closed-when-locked', pollMs: 100 };
const CU48 = { dialect: 'cu48', locks: 48, feedbackPolarity: 'closed-when-locked', pollMs: 100 };

async function connected(given: Record<string, unknown>, start: StartBoard, fault?: LockFault) {
  const bench = lockBench(kerongCu, start, given);
  bench.at.fault = fault;
  await bench.clock.advance(400);
  expect(bench.kept.device()).toBeDefined();
  return bench;
}

const pulsesIn = (heard: string[]): string[] =>
  heard.filter((frame) => /^02..31|^02....61/.test(frame));

describe('a CU16 board', () => {
  test('opens one lock and finds it open, though the pulse has no answer', async () => {
    const { open, state, bolts, heard, kept } = await connected(CU16, cu16);
    expect(await open(16)).toEqual({ ok: true, state: 'open' });
    expect(pulsesIn(heard)).toEqual(['020f310345']);
    expect(bolts.pulses.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await state(16)).toBe('open');
    expect(await state(1)).toBe('locked');
    await kept.close();
  });

  test.each([
    ['silence', { ok: false, reason: 'no-answer', sent: true }],
    ['jammed', { ok: false, reason: 'still-locked', sent: true }],
  ] as const)(
    'with the fault %s is pulsed once and asked, not pulsed again',
    async (fault, told) => {
      const { open, at, heard, kept } = await connected(CU16, cu16);
      at.fault = fault;
      expect(await open(2)).toEqual(told);
      expect(pulsesIn(heard)).toHaveLength(1);
      await kept.close();
    },
  );

  test('behind an adapter that echoes is still understood', async () => {
    const { open, kept } = await connected(CU16, cu16, 'echo');
    expect(await open(2)).toEqual({ ok: true, state: 'open' });
    await kept.close();
  });

  test('has sixteen locks and no more', async () => {
    const [near] = memoryPair();
    const nothing = (): void => undefined;
    const connecting = kerongCu.connect(
      near,
      { ...CU16, locks: 17 },
      {
        clock: { monoMs: () => 0, after: () => nothing },
        log: { debug: nothing, warn: nothing },
        signal: new AbortController().signal,
        connection: 1,
        alive: nothing,
        emit: nothing,
        warn: nothing,
        count: nothing,
      },
    );
    await expect(connecting).rejects.toMatchObject({ code: 'BAD_OPTIONS', retry: false });
  });
});

describe('a CU48 board', () => {
  test('says that it pulsed the lock, and the door stays unknown', async () => {
    const { open, state, heard, bolts, kept } = await connected(CU48, cu48);
    expect(await open(16)).toEqual({ ok: true, state: 'unknown' });
    expect(pulsesIn(heard)).toEqual(['02000f610375']);
    expect(bolts.pulses[15]).toBe(1);
    expect(await state(16)).toBe('unknown');
    await kept.close();
  });

  test('that lost an answer is asked before it is told again', async () => {
    const { open, at, clock, bolts, kept } = await connected(CU48, cu48);
    at.fault = 'lost-reply';
    expect(await open(3)).toEqual({ ok: false, reason: 'no-answer', sent: true });
    await clock.advance(1000);
    expect(await open(3)).toEqual({ ok: false, reason: 'no-answer', sent: false });
    expect(bolts.pulses[2]).toBe(1);
    await kept.close();
  });
});

test.each(['cu16', 'cu48'] as const)(
  '%s: damaged answers throw nothing and are rarely another',
  (dialect) => {
    const random = seededRandom(testSeed(`kerong ${dialect} fuzz`));
    const rounds = process.env.YIKE_DEEP === '1' ? 1_000_000 : 20_000;
    const decoder = kerongDecoder(dialect);
    const decode = (bytes: number[]) => {
      const items = decoder.push(Uint8Array.from(bytes));
      decoder.end();
      return items;
    };
    let wrong = 0;
    const mended = mendedLine(`kerong ${dialect}`);
    for (let round = 0; round < rounds; round++) {
      const body =
        dialect === 'cu16'
          ? [2, 0, 0x35, pickBelow(random, 256), pickBelow(random, 256), 0, 0, 3]
          : [2, 0, pickBelow(random, 48), 0x75, 3];
      const bytes = [...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff];
      const [truth] = decode(bytes);
      const at = pickBelow(random, bytes.length);
      if (round % 2 === 0) bytes.splice(at, 1);
      else bytes[at] = (bytes[at] ?? 0) ^ (1 + pickBelow(random, 255));
      for (const item of decode(bytes)) {
        if (item.kind === 'answer' && JSON.stringify(item) !== JSON.stringify(truth)) wrong++;
      }
      const whole = [...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff];
      mended.after(round, () =>
        decoder
          .push(Uint8Array.from(whole))
          .some((item) => JSON.stringify(item) === JSON.stringify(truth)),
      );
    }
    mended.expectRead();
    // One damaged byte never leaves an eight-bit sum right, and a lost one leaves too few.
    expect(wrong).toBe(0);
  },
);
