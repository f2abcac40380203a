/** A supervised scale driver whose far end a test plays by hand, and a load that a test knows. */
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import type { Twin } from '../conformance.ts';
import type { ByteWire, DeviceEvent, Driver, Scale } from '../contract.ts';
import { fromHex } from '../hex.ts';
import { checkOptions } from '../options.ts';
import { pickBelow } from '../random-for-tests.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';

/** Bytes of hex digits; throws where they are none. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`no hex: ${hex}`);
  return bytes;
}

/** Bytes of a text, one each. */
export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What the played scale says to one write of the host; undefined for silence. */
export type Reply = (heard: string) => Uint8Array | undefined;

/** @param wrap what lies between the driver and the memory wire, such as a parity check */
export function scaleBench(
  driver: Driver<Scale>,
  options: Record<string, unknown> = {},
  wrap: (near: ByteWire) => ByteWire = (near) => near,
) {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const logs: object[] = [];
  const heard: number[] = [];
  let far: ByteWire | undefined;
  let reply: Reply = () => undefined;
  const checked = checkOptions(driver, options);
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept: Supervised<Scale> = supervise({
    driver,
    address: 'memory:scale',
    open: async () => {
      const [near, end] = memoryPair('memory:scale');
      far = end;
      end.onBytes((bytes) => {
        heard.push(...bytes);
        const answer = reply(String.fromCharCode(...bytes));
        if (answer !== undefined) void end.write(answer);
      });
      return wrap(near);
    },
    options: checked.value,
    clock,
    log: { debug: (fields) => void logs.push(fields), warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void events.push(event),
    onStatus: () => undefined,
  });
  return {
    clock,
    events,
    logs,
    /** Every byte the host sent. */
    heard,
    /** The same as text. */
    asked: () => String.fromCharCode(...heard),
    kept,
    say: (bytes: Uint8Array) => far?.write(bytes),
    replyWith: (next: Reply) => {
      reply = next;
    },
  };
}

/** The twin's end of a cable and what it may know, as the simulator's twins want them. */
export interface Plugged<F extends string> {
  port: {
    onBytes(listener: (bytes: Uint8Array) => void): void;
    write(bytes: Uint8Array): void;
  };
  options: {
    clock: ManualClock & { wallMs(): number; wallQuality(): 'trusted' };
    random: () => number;
    load: () => { grams: number; moving: boolean; overload: boolean };
    fault: () => F | undefined;
  };
}

const SETTLING_MS = 450;

/**
 * A simulated scale whose load is known, so that every reading can be judged.
 * @param start puts the scale on its cable
 * @param oldestMs how old a weight may be when it arrives: the driver's own deadline
 */
export function loadedTwin<F extends string>(
  start: (plugged: Plugged<F>) => { close(): void },
  faults: readonly (F | undefined)[],
  oldestMs = 600,
) {
  return (clock: ManualClock, random: () => number): Twin => {
    let grams = 0;
    let changedMs = Number.NEGATIVE_INFINITY;
    let before: { grams: number; untilMs: number }[] = [];
    let fault: F | undefined;
    let running: { close(): void } | undefined;
    const put = (next: number): void => {
      if (next === grams) return;
      changedMs = clock.monoMs();
      before = [...before, { grams, untilMs: changedMs }].slice(-8);
      grams = next;
    };
    const load = () => {
      const moving = clock.monoMs() - changedMs < SETTLING_MS;
      const swing = moving ? 2 * pickBelow(random, 9) : 0;
      return { grams: grams + swing, moving, overload: grams > 15_000 };
    };
    const lately = (is: (load: number) => boolean): boolean =>
      is(grams) || before.some((old) => clock.monoMs() - old.untilMs <= oldestMs && is(old.grams));
    const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
    return {
      plug(far) {
        running?.close();
        const port = {
          onBytes: far.onBytes,
          write: (out: Uint8Array) => void far.write(out).catch(() => undefined),
        };
        running = start({ port, options: { clock: time, random, load, fault: () => fault } });
      },
      step(chance) {
        if (chance() < 0.5) put(2 * pickBelow(chance, 8000));
        fault = faults[pickBelow(chance, faults.length)];
      },
      wrong({ kind, ...event }) {
        const shown = 'grams' in event ? event.grams : undefined;
        if (kind === 'stable' && !lately((load) => load === shown)) {
          return `${shown} g while ${grams} g lay there`;
        }
        if (kind === 'zero' && !lately((load) => load === 0)) return `zero with ${grams} g`;
        const over = lately((load) => load > 15_000);
        return kind === 'overload' && !over ? `overload at ${grams} g` : undefined;
      },
      heal() {
        fault = undefined;
        put(1234);
      },
      close: () => running?.close(),
    };
  };
}
