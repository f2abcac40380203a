import { Type } from 'typebox';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { manualClock, settle } from './clock-for-tests.ts';
import {
  type ByteWire,
  type DeviceEvent,
  type DeviceStatus,
  type Driver,
  type DriverContext,
  DriverError,
  defineDriver,
  type Scale,
  WireError,
} from './contract.ts';
import { wordsOf } from './errors.ts';
import { FIRST_RETRY_MS, LAST_RETRY_MS, STALE_AFTER_MS, supervise } from './supervise.ts';
import { memoryPair } from './wire/memory.ts';

/** A scale whose only word is one byte of grams; byte 0 at connect means "not a scale". */
const toyScale: Driver<Scale> = defineDriver({
  name: 'toy',
  kind: 'scale',
  links: ['memory'],
  title: { zh: '样例', en: 'toy' },
  options: Type.Object({}),
  silenceMs: 3000,
  decoder: () => ({ push: () => [], end: () => [] }),
  connect(wire, _options, context) {
    if (wire.kind !== 'bytes') throw new DriverError('WRONG_WIRE', 'bytes wanted', false);
    return new Promise((resolve, reject) => {
      wire.onBytes(([grams = 0]) => {
        if (grams === 0) return reject(new DriverError('WRONG_DEVICE', 'no scale'));
        context.alive();
        context.count('GoodWeightReadCount');
        context.warn(grams > 200 ? 'SCALE_OVER' : undefined, grams > 200 ? 'over' : undefined);
        context.emit({ kind: 'stable', grams, atMs: context.clock.monoMs() });
        resolve({ kind: 'scale', close: async () => undefined });
      });
    });
  },
});

function bench(
  overrides: {
    connect?: Driver<Scale>['connect'];
    fails?: (nowMs: number) => Error | undefined;
  } = {},
) {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const statuses: DeviceStatus[] = [];
  const wires: { near: ByteWire; far: ByteWire }[] = [];
  const logs: string[] = [];
  let appeared: () => void = () => undefined;
  const kept = supervise({
    driver: overrides.connect ? { ...toyScale, connect: overrides.connect } : toyScale,
    address: 'serial:/dev/toy',
    open: async () => {
      const error = overrides.fails?.(clock.monoMs());
      if (error !== undefined) throw error;
      const [near, far] = memoryPair('serial:/dev/toy');
      wires.push({ near, far });
      return near;
    },
    options: {},
    clock,
    random: () => 1,
    log: { debug: () => undefined, warn: (_fields, message) => void logs.push(message) },
    onEvent: (event) => void events.push(event),
    onStatus: (status) => void statuses.push(status),
    watchPort: (_address, fn) => {
      appeared = fn;
      return () => {
        appeared = () => undefined;
      };
    },
  });
  const say = async (grams: number): Promise<void> => {
    await settle();
    await wires.at(-1)?.far.write(Uint8Array.of(grams));
    await settle();
  };
  return { clock, events, logs, statuses, wires, kept, say, replug: () => appeared() };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
function started(overrides?: Parameters<typeof bench>[0]): ReturnType<typeof bench> {
  const all = bench(overrides);
  closers.push(() => all.kept.close());
  return all;
}

describe('a device that is kept connected', () => {
  test('is starting until it answered, then ok', async () => {
    const { kept, say, statuses } = started();
    expect(kept.status()).toMatchObject({ state: 'starting', connection: 1 });
    expect(kept.device()).toBeUndefined();
    await say(5);
    expect(kept.device()).toBeDefined();
    expect(statuses.map((status) => status.state)).toEqual(['ok']);
    expect(kept.status().statistics).toEqual({ GoodWeightReadCount: 1 });
  });

  test('a weight goes stale after one second, once, and again when the cable is pulled', async () => {
    const { clock, events, say, wires } = started();
    await say(5);
    await clock.advance(STALE_AFTER_MS - 1);
    expect(events.map((event) => event.kind)).toEqual(['stable']);
    await clock.advance(1500);
    expect(events.map((event) => event.kind)).toEqual(['stable', 'stale']);
    await say(6);
    await wires[0]?.far.close();
    await settle();
    expect(events.map((event) => event.kind)).toEqual(['stable', 'stale', 'stable', 'stale']);
  });

  test('silence is offline, on a new wire every time, with counts kept', async () => {
    const { clock, kept, say, wires } = started();
    await say(5);
    await clock.advance(3000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
    await expect(wires[0]?.near.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CLOSED' });
    await clock.advance(FIRST_RETRY_MS);
    await say(7);
    expect(wires).toHaveLength(2);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 2 });
    expect(kept.status().statistics).toMatchObject({
      GoodWeightReadCount: 2,
      CommunicationErrorCount: 1,
    });
  });

  test('a standing warning shows as warn and clears', async () => {
    const { kept, say } = started();
    await say(201);
    expect(kept.status()).toMatchObject({
      state: 'warn',
      reason: 'SCALE_OVER',
      detail: { en: 'over' },
    });
    await say(5);
    expect(kept.status().state).toBe('ok');
    expect(kept.status().reason).toBeUndefined();
  });

  test('nothing a dead connection still says counts', async () => {
    let context: DriverContext | undefined;
    const { kept, wires, events } = started({
      connect: async (_wire, _options, given) => {
        context = given;
        return { kind: 'scale', close: async () => undefined };
      },
    });
    await settle();
    const first = context;
    await wires[0]?.far.close();
    await settle();
    expect(first?.signal.aborted).toBe(true);
    first?.emit({ kind: 'stable', grams: 1, atMs: 0 });
    first?.warn('SCALE_OVER');
    first?.alive();
    expect(events).toEqual([]);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'PORT_MISSING' });
  });
});

describe('a device that does not connect', () => {
  test.each([
    [new WireError('PORT_BUSY', 'busy'), 'offline', 'PORT_BUSY'],
    [new WireError('PORT_DENIED', 'denied'), 'offline', 'PORT_DENIED'],
    [new WireError('UNREACHABLE', 'no route'), 'offline', 'UNREACHABLE'],
    [new WireError('REQUEST_TIMEOUT', 'slow'), 'offline', 'NO_REPLY'],
    [new WireError('BAD_ADDRESS', 'bad', false), 'fault', undefined],
    [new DriverError('AUTH_REFUSED', 'key'), 'fault', 'AUTH_REFUSED'],
    [new DriverError('BAD_OPTIONS', 'options', false), 'fault', undefined],
    [new TypeError('a bug'), 'fault', undefined],
  ])('%s shows as %s %s and is tried again', async (error, state, reason) => {
    let tries = 0;
    const { clock, kept } = started({
      fails: () => {
        tries++;
        return error;
      },
    });
    await settle();
    expect(kept.status()).toMatchObject({ state, detail: wordsOf(error) });
    expect(kept.status().reason).toBe(reason);
    await clock.advance(FIRST_RETRY_MS);
    expect(tries).toBe(2);
  });

  test('is tried for ever, from half a second to fifteen apart', async () => {
    const tries: number[] = [];
    const { clock, logs } = started({
      fails: (nowMs) => {
        tries.push(nowMs);
        return new WireError('PORT_MISSING', 'gone');
      },
    });
    await clock.advance(600_000);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    // A device that stays away is told once, not four times a minute for a year.
    expect(logs).toEqual(['not connected']);
    expect(gaps.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, LAST_RETRY_MS]);
    expect(new Set(gaps.slice(5))).toEqual(new Set([LAST_RETRY_MS]));
  });

  test('the wrong device on the port is a fault', async () => {
    const { kept, say } = started();
    await say(0);
    expect(kept.status()).toMatchObject({ state: 'fault', reason: 'WRONG_DEVICE' });
  });

  test('a session that never makes up its mind is given up', async () => {
    const { clock, kept } = started({ connect: () => new Promise(() => undefined) });
    await clock.advance(15_000);
    expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
  });

  test('a cable put back is tried at once', async () => {
    let gone = true;
    const { clock, kept, say, replug } = started({
      fails: () => (gone ? new WireError('PORT_MISSING', 'gone') : undefined),
    });
    await clock.advance(60_000);
    gone = false;
    replug();
    await say(5);
    expect(kept.status().state).toBe('ok');
  });
});

describe('using and letting go', () => {
  test('use says offline while the device is, and passes bugs on', async () => {
    const { kept, say } = started();
    expect(await kept.use(async () => 'done')).toMatchObject({ offline: { state: 'starting' } });
    await say(5);
    expect(await kept.use(async () => 'done')).toBe('done');
    const closing = kept.use(async () => {
      throw new WireError('CLOSED', 'closed');
    });
    expect(await closing).toMatchObject({ offline: { state: 'ok' } });
    const bug = kept.use(async () => {
      throw new TypeError('bug');
    });
    await expect(bug).rejects.toThrow('bug');
  });

  test('restart makes a new connection at once', async () => {
    const { kept, say, wires } = started();
    await say(5);
    kept.restart();
    await say(6);
    expect(wires).toHaveLength(2);
    expect(kept.status()).toMatchObject({ state: 'ok', connection: 2 });
  });

  test.each(['starting', 'ok', 'offline'])(
    'closing while %s leaves no timer and no wire',
    async (when) => {
      const { clock, kept, say, wires } = started();
      if (when !== 'starting') await say(5);
      if (when === 'offline') await clock.advance(3000);
      await kept.close();
      await settle();
      expect(clock.timers()).toBe(0);
      expect(kept.status().state).toBe('disabled');
      for (const { near } of wires) {
        await expect(near.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CLOSED' });
      }
      kept.restart();
      await clock.advance(60_000);
      expect(wires).toHaveLength(1);
    },
  );

  test('a device whose close fails is logged and let go', async () => {
    const close = vi.fn(async () => {
      throw new Error('stuck');
    });
    const { kept } = started({ connect: async () => ({ kind: 'scale', close }) });
    await settle();
    await kept.close();
    expect(close).toHaveBeenCalledOnce();
  });
});
