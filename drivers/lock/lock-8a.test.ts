import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LockFault, startLock8a } from '../../simulator/twins/lock-8a.ts';
import { manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import { mendedLine } from '../mended-for-tests.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { lock8a, lock8aDecoder } from './lock-8a.ts';
import { doorsTwin, lockBench, type StartBoard } from './locks.fixture.ts';

const start: StartBoard = (port, world) => startLock8a(port, world);
const golden = join(import.meta.dirname, 'golden/lock-8a.txt');
conforms(lock8a, golden, { twin: doorsTwin(start, 3) });

const WIRED = { feedbackPolarity: 'closed-when-locked', locks: 16 };

async function connected(given: Record<string, unknown> = WIRED, begin = start) {
  const bench = lockBench(lock8a, begin, given);
  await bench.clock.advance(400);
  expect(bench.kept.device()).toBeDefined();
  return bench;
}

// An XOR lets a shifted frame pass for another lock now and then: the session takes only the lock
// it asked for, and tells a change only after two equal readings.
test('damaged answers never turn the state of the lock that was asked', () => {
  const random = seededRandom(testSeed('lock-8a fuzz'));
  const rounds = process.env.YIKE_DEEP === '1' ? 1_000_000 : 20_000;
  const decoder = lock8aDecoder();
  const wrong: string[] = [];
  const mended = mendedLine('lock-8a');
  for (let round = 0; round < rounds; round++) {
    const lock = 1 + pickBelow(random, 50);
    const status = pickBelow(random, 2) * 0x11;
    const whole = [0x80, 1, lock, status, 0x80 ^ 1 ^ lock ^ status];
    const bytes = [...whole];
    const at = pickBelow(random, bytes.length);
    if (round % 3 === 0) bytes.splice(at, 1);
    else if (round % 3 === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 + pickBelow(random, 255));
    else bytes.splice(at, 0, pickBelow(random, 256));
    for (const item of [...decoder.push(Uint8Array.from(bytes)), ...decoder.end()]) {
      if (item.kind === 'answer' && item.first === lock && item.contacts !== (status ? '1' : '0'))
        wrong.push(JSON.stringify(item));
    }
    mended.after(round, () =>
      decoder.push(Uint8Array.from(whole)).some((item) => 'first' in item && item.first === lock),
    );
  }
  mended.expectRead();
  expect(wrong).toEqual([]);
});

describe('opening a lock', () => {
  test('is one pulse to that lock, confirmed by its feedback', async () => {
    const { open, state, bolts, kept } = await connected();
    expect(await open(3)).toEqual({ ok: true, state: 'open' });
    expect(bolts.pulses.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(bolts.pulses[2]).toBe(1);
    expect(await state(3)).toBe('open');
    expect(await state(4)).toBe('locked');
    await kept.close();
  });

  test('is judged the other way round where the lock is wired so', async () => {
    const other: StartBoard = (port, world) =>
      startLock8a(port, { ...world, wiring: 'closed-when-open' });
    const { open, state, kept } = await connected(
      { feedbackPolarity: 'closed-when-open', locks: 16 },
      other,
    );
    expect(await state(1)).toBe('locked');
    expect(await open(1)).toEqual({ ok: true, state: 'open' });
    await kept.close();
  });

  test('whose wiring nobody told leaves the door unknown, and says so', async () => {
    const { open, state, kept } = await connected({ locks: 16 });
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'STATUS_UNKNOWN' });
    expect(await open(1)).toEqual({ ok: true, state: 'unknown' });
    expect(await state(1)).toBe('unknown');
    await kept.close();
  });

  test('with a lost answer reads the state and does not pulse again', async () => {
    const { open, at, bolts, heard, kept, clock } = await connected();
    at.fault = 'lost-reply';
    heard.length = 0;
    expect(await open(3)).toEqual({ ok: false, reason: 'no-answer', sent: true });
    expect(heard.filter((frame) => frame.startsWith('8a'))).toHaveLength(1);
    const pulse = heard.findIndex((frame) => frame.startsWith('8a'));
    expect(heard[pulse + 1]).toBe('80010333b1');
    expect(bolts.pulses[2]).toBe(1);
    at.fault = undefined;
    await clock.advance(3000);
    expect(await open(3)).toEqual({ ok: true, state: 'open' });
    expect(bolts.pulses[2]).toBe(1);
    await kept.close();
  });

  test('is not sent while the state after a lost answer cannot be read, nor after a reconnect', async () => {
    const { open, at, bolts, kept, clock } = await connected();
    at.fault = 'lost-reply';
    await open(3);
    await clock.advance(1000);
    expect(await open(3)).toEqual({ ok: false, reason: 'no-answer', sent: false });
    await clock.advance(5000);
    expect(kept.status().state).toBe('offline');
    at.fault = undefined;
    await clock.advance(5000);
    expect(await open(3)).toEqual({ ok: true, state: 'open' });
    expect(bolts.pulses[2]).toBe(1);
    await kept.close();
  });

  test('of a jammed bolt is told as such', async () => {
    const { open, at, kept } = await connected();
    at.fault = 'jammed';
    expect(await open(3)).toEqual({ ok: false, reason: 'still-locked', sent: true });
    await kept.close();
  });

  test('twice in a moment spares the solenoid', async () => {
    const { open, bolts, kept, clock } = await connected();
    await open(3);
    expect(await open(3)).toEqual({ ok: false, reason: 'too-soon', sent: false });
    await clock.advance(2500);
    bolts.locked[2] = true;
    expect(await open(3)).toEqual({ ok: true, state: 'open' });
    expect(bolts.pulses[2]).toBe(2);
    await kept.close();
  });

  test('never outlives its deadline, however long the bus is taken', async () => {
    const { kept, at, soon, heard, bolts } = await connected();
    at.fault = 'silence';
    const device = kept.device();
    const busy = [1, 2, 3].map((lock) => device?.state(lock));
    heard.length = 0;
    expect(await soon(device?.open(5, { deadlineMs: 400 }))).toEqual({
      ok: false,
      reason: 'deadline',
      sent: false,
    });
    await Promise.all(busy.map((each) => soon(each)));
    expect(heard.filter((frame) => frame.startsWith('8a'))).toEqual([]);
    expect(bolts.pulses[4]).toBe(0);
    await kept.close();
  });

  test('never outlives its connection', async () => {
    const { kept, at, soon, heard, clock } = await connected();
    at.fault = 'silence';
    const device = kept.device();
    const busy = device?.state(1);
    const waiting = device?.open(5, { deadlineMs: 2000 });
    await at.far?.close();
    expect(await soon(waiting)).toEqual({ ok: false, reason: 'closed', sent: false });
    await busy;
    at.fault = undefined;
    heard.length = 0;
    await clock.advance(5000);
    expect(kept.status().state).toBe('ok');
    expect(heard.filter((frame) => frame.startsWith('8a'))).toEqual([]);
    expect(await device?.open(5, { deadlineMs: 2000 })).toMatchObject({ reason: 'closed' });
    await kept.close();
  });

  test('that the cable cuts off in the middle may have been sent', async () => {
    const { kept, at, soon, clock } = await connected();
    await clock.advance(300);
    at.fault = 'lost-reply';
    const waiting = kept.device()?.open(5, { deadlineMs: 2000 });
    await clock.advance(350);
    await at.far?.close();
    expect(await soon(waiting)).toEqual({ ok: false, reason: 'closed', sent: true });
    await kept.close();
  });

  test.each([0, -1, 17, 1.5, Number.NaN])('number %d is no lock here', async (lock) => {
    const { open, state, kept, heard } = await connected();
    expect(await open(lock)).toEqual({ ok: false, reason: 'no-such-lock', sent: false });
    expect(await state(lock)).toBe('unknown');
    expect(heard.some((frame) => frame.startsWith('8a'))).toBe(false);
    await kept.close();
  });

  test('takes no echo of its own command for the answer', async () => {
    const bench = lockBench(lock8a, start, WIRED);
    bench.at.fault = 'echo';
    await bench.clock.advance(400);
    expect(await bench.open(3)).toEqual({ ok: true, state: 'open' });
    await bench.kept.close();
  });

  test('takes no echo for success where a closed circuit means open', async () => {
    const echoing: StartBoard = (port, world) => {
      port.onBytes((bytes) => port.write(bytes));
      return startLock8a(port, { ...world, wiring: 'closed-when-open' });
    };
    const given = { locks: 16, feedbackPolarity: 'closed-when-open' };
    const { open, at, kept } = await connected(given, echoing);
    at.fault = 'jammed';
    expect(await open(3)).toEqual({ ok: false, reason: 'still-locked', sent: true });
    await kept.close();
  });

  test('takes no late answer for the next one', async () => {
    const { open, state, at, kept, clock } = await connected();
    at.fault = 'late';
    expect(await open(3)).toEqual({ ok: true, state: 'open' });
    at.fault = undefined;
    await clock.advance(1000);
    expect(await state(3)).toBe('open');
    expect(kept.status().statistics).toMatchObject({ M_LostReplyCount: 1, M_LateReplyCount: 1 });
    await kept.close();
  });
});

test('a door that opens or shuts is told once, after it was seen twice', async () => {
  const { clock, bolts, events, kept } = await connected({ ...WIRED, locks: 2, pollMs: 50 });
  await clock.advance(1000);
  expect(events).toMatchObject([
    { lockNumber: 1, state: 'locked' },
    { lockNumber: 2, state: 'locked' },
  ]);
  bolts.locked[1] = false;
  await clock.advance(1000);
  expect(events.slice(2)).toMatchObject([{ lockNumber: 2, state: 'open' }]);
  await kept.close();
});

test('a door seen open only once was not open', async () => {
  const { clock, bolts, events, kept } = await connected({ ...WIRED, locks: 1, pollMs: 50 });
  await clock.advance(1000);
  const told = events.length;
  for (let time = 0; time < 20; time++) {
    bolts.locked[0] = false;
    await clock.advance(80);
    bolts.locked[0] = true;
    await clock.advance(400);
  }
  expect(events).toHaveLength(told);
  await kept.close();
});

test('noise on the bus is another device, and a driver of locks needs bytes', async () => {
  const bench = lockBench(lock8a, start, WIRED);
  bench.at.fault = 'wrong-check';
  await bench.clock.advance(1500);
  expect(bench.kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
  await bench.kept.close();
  const clock = manualClock();
  const answer = () => ({ status: 200, headers: {}, body: new Uint8Array() });
  const nothing = (): void => undefined;
  const connecting = lock8a.connect(memoryRequestWire(answer, clock), WIRED, {
    clock,
    log: { debug: nothing, warn: nothing },
    signal: new AbortController().signal,
    connection: 1,
    alive: nothing,
    emit: nothing,
    warn: nothing,
    count: nothing,
  });
  await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE' });
});

const FAULTS: (LockFault | undefined)[] = [
  'silence',
  'lost-reply',
  'wrong-check',
  'jammed',
  'late',
  undefined,
  undefined,
  undefined,
];

test('a thousand steps: no lock is pulsed unasked, twice, or faster than it can bear', async () => {
  const random = seededRandom(testSeed('lock-8a steps'));
  const { clock, bolts, heard, at, kept } = lockBench(lock8a, start, { ...WIRED, pollMs: 50 });
  const asked: number[] = new Array(17).fill(0);
  const wrong: string[] = [];
  for (let step = 0; step < 1000; step++) {
    if (step % 4 === 0) at.fault = FAULTS[pickBelow(random, FAULTS.length)];
    const lock = 1 + pickBelow(random, 6);
    if (pickBelow(random, 3) === 0) bolts.locked[lock - 1] = true;
    const device = kept.device();
    if (device !== undefined && pickBelow(random, 2) === 0) {
      const before = bolts.pulses[lock - 1] ?? 0;
      asked[lock] = (asked[lock] ?? 0) + 1;
      const going = device.open(lock, { deadlineMs: 200 + pickBelow(random, 2500) });
      void going.then((outcome) => {
        const after = bolts.pulses[lock - 1] ?? 0;
        if (!outcome.ok && !outcome.sent && after > before) wrong.push(`${lock} was pulsed`);
      });
      await clock.advance(2100);
    }
    if (pickBelow(random, 50) === 0) await at.far?.close();
    await clock.advance(pickBelow(random, 600));
  }
  await settle();
  expect(wrong).toEqual([]);
  for (const [index, pulses] of bolts.pulses.entries()) {
    expect(pulses).toBeLessThanOrEqual(asked[index + 1] ?? 0);
  }
  expect(bolts.pulses.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(50);
  expect(heard.filter((frame) => /^8a..00/.test(frame))).toEqual([]);
  at.fault = undefined;
  await clock.advance(40_000);
  const { state, reason = '' } = kept.status();
  expect(state === 'ok' || /^(DOOR|LOCK)_/.test(reason), `${state} ${reason}`).toBe(true);
  await kept.close();
});

describe('what the states give away', () => {
  const bench = () => lockBench(lock8a, start, { ...WIRED, locks: 2 });

  test('a bolt that stays in is LOCK_STUCK until it opens', async () => {
    const { at, clock, kept, open } = bench();
    await clock.advance(3000);
    at.fault = 'jammed';
    expect(await open(1)).toMatchObject({ ok: false, reason: 'still-locked' });
    expect(kept.status()).toMatchObject({ state: 'warn', reason: 'LOCK_STUCK' });
    at.fault = undefined;
    await clock.advance(5000);
    expect(await open(1)).toMatchObject({ ok: true });
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('a door that opens by itself is DOOR_FORCED, one left open DOOR_AJAR, and shut it is well', async () => {
    const { clock, bolts, kept, open } = bench();
    await clock.advance(3000);
    bolts.locked[0] = false;
    await clock.advance(3000);
    expect(kept.status()).toMatchObject({
      reason: 'DOOR_FORCED',
      detail: { en: expect.stringContaining('1') },
    });
    bolts.locked[0] = true;
    await clock.advance(3000);
    expect(kept.status().state).toBe('ok');
    expect(await open(2)).toMatchObject({ ok: true });
    await clock.advance(60_000);
    expect(kept.status().state).toBe('ok');
    await clock.advance(70_000);
    expect(kept.status()).toMatchObject({
      reason: 'DOOR_AJAR',
      detail: { en: expect.stringContaining('2') },
    });
    bolts.locked[1] = true;
    await clock.advance(3000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });
});
