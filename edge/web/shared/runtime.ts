/** The pages' only contact with the browser's clock and randomness. */
import { signal } from '@preact/signals';

/** Wall-clock milliseconds, for ages shown to people. */
export function wallMs(): number {
  return Date.now();
}

/** Sweden writes its times as the ledger does. */
const clockIn = (timeZone?: string) =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });
let clock = clockIn();

/** From now on times are those of `timeZone`, an IANA name: the store's, wherever its reader is. */
export function liveIn(timeZone: string): void {
  if (clock.resolvedOptions().timeZone !== timeZone) clock = clockIn(timeZone);
}

/** `2026-11-23 17:42:08`, in the reader's own time zone until the store's is known. */
export function clockTime(wallMs: number): string {
  return clock.format(wallMs);
}

/** Monotonic milliseconds, for debouncing. */
export function monoMs(): number {
  return performance.now();
}

/** Runs `action` once after `delayMs`; the returned function cancels it. */
export function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

/** Resolves after `delayMs`. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => after(delayMs, resolve));
}

/** Wall time as a signal that moves once a second, so that ages on screen keep counting. */
export const nowMs = signal(wallMs());
setInterval(() => {
  nowMs.value = wallMs();
}, 1000);

/**
 * A key no other command has. Pages on a plain-HTTP LAN address are no secure context and have
 * no `crypto.randomUUID`, but every browser has `getRandomValues`.
 */
export function freshKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
