/** What every lock board's tests need: a cabinet of doors, a bench, and a life of its own. */
import type { Bolts, LockFault } from '../../simulator/twins/lock-8a.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import type { Twin } from '../conformance.ts';
import type { ByteWire, DeviceEvent, Driver, LockBoard } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { pickBelow } from '../random-for-tests.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';

type TwinClock = ManualClock & { wallMs(): number; wallQuality(): 'trusted' };
type Port = { onBytes: ByteWire['onBytes']; write(bytes: Uint8Array): void };

/** Puts the simulator's board on a port. */
export type StartBoard = (
  port: Port,
  world: { clock: TwinClock; bolts: Bolts; fault: () => LockFault | undefined },
) => { close(): void };

export function newBolts(count: number): Bolts {
  return { locked: new Array(count).fill(true), pulses: new Array(count).fill(0) };
}

function plugIn(start: StartBoard, far: ByteWire, world: Parameters<StartBoard>[1]) {
  const write = (bytes: Uint8Array): void => void far.write(bytes).catch(() => undefined);
  return start({ onBytes: far.onBytes, write }, world);
}

const twinClock = (clock: ManualClock): TwinClock => ({
  ...clock,
  wallMs: clock.monoMs,
  wallQuality: () => 'trusted',
});

const FAULTS: (LockFault | undefined)[] = ['silence', 'wrong-check', 'late', undefined, undefined];

/** Doors that open and shut by themselves; a change must have been true lately. */
export function doorsTwin(start: StartBoard, count: number) {
  return (clock: ManualClock): Twin => {
    const bolts = newBolts(count);
    const changedMs: number[] = new Array(count).fill(0);
    let fault: LockFault | undefined;
    let running: { close(): void } | undefined;
    return {
      plug(far) {
        running?.close();
        const world = { clock: twinClock(clock), bolts, fault: () => fault };
        running = plugIn(start, far, world);
      },
      step(random) {
        const index = pickBelow(random, count);
        bolts.locked[index] = !bolts.locked[index];
        changedMs[index] = clock.monoMs();
        fault = FAULTS[pickBelow(random, FAULTS.length)];
      },
      wrong(event: DeviceEvent) {
        if (event.kind !== 'lock-state') return 'no lock event';
        const index = event.lockNumber - 1;
        const truth = bolts.locked[index] ? 'locked' : 'open';
        // An answer may be as old as its deadline allows.
        const fresh = clock.monoMs() - (changedMs[index] ?? 0) <= 1000;
        return event.state === truth || fresh ? undefined : `lock ${index + 1} is ${truth}`;
      },
      heal() {
        fault = undefined;
      },
      close: () => running?.close(),
    };
  };
}

/** A supervised board, the simulator's twin at the other end, and what went over the wire. */
export function lockBench(
  driver: Driver<LockBoard>,
  start: StartBoard,
  given: Record<string, unknown>,
) {
  const clock = manualClock();
  const bolts = newBolts(16);
  const heard: string[] = [];
  const events: DeviceEvent[] = [];
  const at = {
    fault: undefined as LockFault | undefined,
    far: undefined as ByteWire | undefined,
  };
  let running: { close(): void } | undefined;
  const checked = checkOptions(driver, given);
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept: Supervised<LockBoard> = supervise({
    driver,
    address: 'memory:locks',
    open: async () => {
      const [near, far] = memoryPair('memory:locks');
      running?.close();
      at.far = far;
      far.onBytes((bytes) => void heard.push(Buffer.from(bytes).toString('hex')));
      running = plugIn(start, far, { clock: twinClock(clock), bolts, fault: () => at.fault });
      return near;
    },
    options: checked.value,
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void events.push(event),
    onStatus: () => undefined,
  });
  const soon = async <T>(going: Promise<T> | undefined): Promise<T> => {
    let result: { value: T } | undefined;
    void going?.then((value) => {
      result = { value };
    });
    for (let passed = 0; result === undefined && passed < 5000; passed += 10) {
      await clock.advance(10);
    }
    if (result === undefined) throw new Error('no outcome within five seconds');
    return result.value;
  };
  const open = (lock: number, deadlineMs = 2000) => soon(kept.device()?.open(lock, { deadlineMs }));
  const state = (lock: number) => soon(kept.device()?.state(lock));
  return { clock, bolts, heard, events, at, kept, soon, open, state };
}
