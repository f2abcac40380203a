/** What the parts of a cabinet say and can be asked: locks, weighing shelves, cooling. */
import type { DeviceOutcome } from './contract.ts';

/** `unknown` where nobody answered, or the feedback wiring was never told: never taken for shut. */
export type LockState = 'locked' | 'open' | 'unknown';

/** A lock's state changed, seen twice in a row. */
export interface LockChange {
  kind: 'lock-state';
  lockNumber: number;
  state: LockState;
  atMs: number;
}

/** `sent: true`: the pulse may have reached the lock, so its state must be read before another. */
export type LockOutcome =
  | { ok: true; state: 'open' | 'unknown' }
  | {
      ok: false;
      reason: 'no-such-lock' | 'too-soon' | 'deadline' | 'no-answer' | 'still-locked' | 'closed';
      sent: boolean;
    };

export interface LockBoard {
  kind: 'lock';
  /** One pulse to one lock, numbered from 1; not sent once `deadlineMs` (at most 2000) passed. */
  open(lockNumber: number, options: { deadlineMs: number }): Promise<LockOutcome>;
  /** Asks now. */
  state(lockNumber: number): Promise<LockState>;
  close(): Promise<void>;
}

/**
 * A weighing shelf. `grams` only with `stable`: the same weight three times in a row, not below
 * zero and within capacity. Good for differences; drift makes it no weight to sell by.
 */
export interface ShelfReading {
  kind: 'shelf-weight';
  /** Bus address of the cell. */
  cell: number;
  state: 'stable' | 'moving' | 'underload' | 'overload' | 'fault';
  grams?: number;
  /** Why, for `fault`: `sensor`, `silent`, or `exception-<code>` of the protocol. */
  fault?: string;
  atMs: number;
}

export interface Shelf {
  kind: 'shelf';
  /** Takes what lies on the cell as its zero, where its make has a command for that. */
  tare?(cell: number): Promise<DeviceOutcome>;
  close(): Promise<void>;
}

/** A probe's temperature in tenths of a degree Celsius; a broken probe has none. */
export interface TemperatureReading {
  kind: 'temperature';
  /** Numbered from 1. */
  probe: number;
  deciCelsius?: number;
  /** Why there is none: `probe`, or `exception-<code>` of the protocol. */
  fault?: string;
  atMs: number;
}

/** Watched, never set: writing set points in a loop wears the controller out. */
export interface Cooler {
  kind: 'cooler';
  close(): Promise<void>;
}

/** A whole cabinet behind one link: door, shelves and cooling of one maker; emits what theirs do. */
export interface CabinetUnit extends Pick<LockBoard, 'open' | 'state' | 'close'> {
  kind: 'cabinet';
  /** Where it has lights that it can switch. */
  lights?(on: boolean): Promise<DeviceOutcome>;
}
