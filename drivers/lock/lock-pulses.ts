/** Which lock was pulsed when, and whether anybody knows what became of it. */
import type { DeviceNotes } from '../contract.ts';

export interface Pulses {
  /** When the lock was last pulsed, on the clock of this boot. */
  lastMs(lockNumber: number): number;
  /** Nobody knows the end of its last pulse. */
  uncertain(lockNumber: number): boolean;
  sent(lockNumber: number, atMs: number): void;
  settled(lockNumber: number): void;
}

/** Kept in the device's notes, or as long as the connection where there are none. */
export function pulsesIn(notes: DeviceNotes | undefined): Pulses {
  const own = new Map<string, string>();
  const get = (key: string): string | undefined => (notes ?? own).get(key);
  const set = (key: string, value: string): void => void (notes ?? own).set(key, value);
  const at = (lockNumber: number): string => `pulsed-${lockNumber}`;
  const open = (lockNumber: number): string => `uncertain-${lockNumber}`;
  return {
    lastMs: (lockNumber) => Number(get(at(lockNumber)) ?? Number.NEGATIVE_INFINITY),
    uncertain: (lockNumber) => get(open(lockNumber)) === 'yes',
    sent(lockNumber, atMs) {
      set(at(lockNumber), String(atMs));
      set(open(lockNumber), 'yes');
    },
    settled: (lockNumber) => set(open(lockNumber), 'no'),
  };
}
