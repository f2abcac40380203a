/** The door and the shelves of one cabinet, whatever bus they hang on. */
import type { CabinetUnit, LockBoard, LockOutcome, LockState } from '../../drivers/contract.ts';
import type { CabinetConfig } from '../config/cabinet.ts';
import type { DeviceTable } from '../devices/devices.ts';

export type Door = 'shut' | 'open' | 'unknown';

/** One reading of a load cell; `grams` only where it is at rest. */
export interface CellReading {
  cell: string;
  grams?: number;
  /** The cell answers, but not with a weight: broken or overloaded. */
  broken: boolean;
  atMs: number;
}

export interface CabinetHardware {
  door(): Door;
  onDoor(listener: (door: Door) => void): void;
  onWeight(listener: (reading: CellReading) => void): void;
  /** One pulse, within the deadline or never. */
  unlock(deadlineMs: number): Promise<LockOutcome>;
  /** Asks the lock now, where it can be asked. */
  lookAtDoor(): Promise<Door>;
}

/** Name of a load cell: its shelf's device, and its address there. */
export const cellName = (device: string, address: number): string => `${device}:${address}`;

const DOOR: Record<LockState, Door> = { locked: 'shut', open: 'open', unknown: 'unknown' };

/**
 * A lock board and weighing shelves on RS-485, or one cabinet unit named for all of them. The bolt
 * is the door: it falls when both shut.
 */
export function busHardware(config: CabinetConfig, devices: DeviceTable): CabinetHardware {
  const lock = devices.find(config.lock);
  let door: Door = 'unknown';
  const doorListeners: ((door: Door) => void)[] = [];
  const say = (next: Door) => {
    if (next === door) return;
    door = next;
    for (const listener of doorListeners) listener(door);
  };
  lock?.onEvent((event) => {
    if (event.kind === 'lock-state' && event.lockNumber === config.lockNumber)
      say(DOOR[event.state]);
  });
  lock?.onStatus(() => {
    if (!lock.current()) say('unknown');
  });
  const board = () => lock?.current<LockBoard | CabinetUnit>();
  return {
    door: () => door,
    onDoor: (listener) => doorListeners.push(listener),
    onWeight(listener) {
      for (const id of config.shelves)
        devices.find(id)?.onEvent((event) => {
          if (event.kind !== 'shelf-weight') return;
          const { cell, state, grams, atMs } = event;
          const broken = state === 'fault' || state === 'overload' || state === 'underload';
          const weight = state === 'stable' && grams !== undefined ? { grams } : {};
          listener({ cell: cellName(id, cell), ...weight, broken, atMs });
        });
    },
    async unlock(deadlineMs) {
      const connected = board();
      if (!connected) return { ok: false, reason: 'closed', sent: false };
      const outcome = await connected.open(config.lockNumber, { deadlineMs });
      if (outcome.ok && outcome.state === 'open') say('open');
      return outcome;
    },
    async lookAtDoor() {
      const connected = board();
      say(connected ? DOOR[await connected.state(config.lockNumber)] : 'unknown');
      return door;
    },
  };
}
