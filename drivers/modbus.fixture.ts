/** What the tests of Modbus drivers share: a bus with the simulator's slaves at the far end. */
import {
  type ModbusFault,
  type ModbusSlave,
  startModbusSlaves,
} from '../simulator/twins/modbus-slaves.ts';
import { type ManualClock, manualClock } from './clock-for-tests.ts';
import type { ByteWire, Device, DeviceEvent, Driver } from './contract.ts';
import { checkOptions } from './options.ts';
import { supervise } from './supervise.ts';
import { memoryPair } from './wire/memory.ts';

export interface Bus {
  fault: ModbusFault | undefined;
  far: ByteWire | undefined;
}

/** Puts the slaves on the far end of a wire. */
export function plugSlaves(
  far: ByteWire,
  clock: ManualClock,
  slaves: ReadonlyMap<number, ModbusSlave>,
  fault: () => ModbusFault | undefined,
): { close(): void } {
  const write = (bytes: Uint8Array): void => void far.write(bytes).catch(() => undefined);
  const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
  return startModbusSlaves({ onBytes: far.onBytes, write }, { clock: time, slaves, fault });
}

/** A supervised driver on a bus of these slaves. */
export function busBench<D extends Device>(
  driver: Driver<D>,
  given: Record<string, unknown>,
  slaves: ReadonlyMap<number, ModbusSlave>,
) {
  const clock = manualClock();
  const events: DeviceEvent[] = [];
  const heard: string[] = [];
  const bus: Bus = { fault: undefined, far: undefined };
  let running: { close(): void } | undefined;
  const checked = checkOptions(driver, given);
  if (!checked.ok) throw new Error(checked.problem.en);
  const kept = supervise({
    driver,
    address: 'memory:bus',
    open: async () => {
      const [near, far] = memoryPair('memory:bus');
      running?.close();
      bus.far = far;
      far.onBytes((bytes) => void heard.push(Buffer.from(bytes).toString('hex')));
      running = plugSlaves(far, clock, slaves, () => bus.fault);
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
  return { clock, events, heard, bus, kept, soon };
}
