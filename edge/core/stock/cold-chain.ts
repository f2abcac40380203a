/**
 * When a cabinet has been too warm for its food: above the limit for more than 15 minutes with the
 * door closed, not back within 30 minutes of closing, or standing open and warm for 30 (the NAMA
 * health and safety control that vending makers build in). Monotonic time only; a probe's fault
 * is no temperature: it starts no timer and stops none.
 */
import type { HoldCause } from './stock-events.ts';

export type Keep = 'chilled' | 'frozen';

/** Warmest allowed, in tenths of a degree Celsius. */
export const COLD_LIMITS: Record<Keep, number> = { chilled: 50, frozen: -150 };

const MINUTE_MS = 60_000;
export const WARM_LIMIT_MS = 15 * MINUTE_MS;
export const RECOVER_LIMIT_MS = 30 * MINUTE_MS;
/** Warm readings this soon after closing come from the opening. */
const JUST_CLOSED_MS = 5 * MINUTE_MS;

export interface ColdState {
  doorOpen: boolean;
  /** Newest true temperature; a fault leaves it. */
  deciCelsius?: number;
  /** Why the probe tells nothing now. */
  fault?: string;
  closedAtMs?: number;
  /** Timers, each from its beginning; all gone with the first reading that is cold enough. */
  warmSinceMs?: number;
  recoverFromMs?: number;
  openSinceMs?: number;
  /** Warmest since it became warm. */
  peakDeciCelsius?: number;
}

export type ColdInput =
  | { kind: 'reading'; atMs: number; deciCelsius?: number; fault?: string }
  | { kind: 'door'; atMs: number; open: boolean };

export const COLD_START: ColdState = { doorOpen: false };

export function evolveCold(state: ColdState, input: ColdInput, keep: Keep): ColdState {
  if (input.kind === 'door') return withDoor(state, input.open, input.atMs, COLD_LIMITS[keep]);
  const { deciCelsius, fault, atMs } = input;
  if (deciCelsius === undefined) return { ...state, fault: fault ?? 'silent' };
  const { fault: _, ...well } = { ...state, deciCelsius };
  return deciCelsius <= COLD_LIMITS[keep] ? cold(well) : warm(well, deciCelsius, atMs);
}

function cold({ doorOpen, deciCelsius, fault, closedAtMs }: ColdState): ColdState {
  return {
    doorOpen,
    ...(deciCelsius !== undefined && { deciCelsius }),
    ...(fault !== undefined && { fault }),
    ...(closedAtMs !== undefined && { closedAtMs }),
  };
}

function warm(state: ColdState, deciCelsius: number, atMs: number): ColdState {
  const peakDeciCelsius = Math.max(deciCelsius, state.peakDeciCelsius ?? deciCelsius);
  const hot = { ...state, peakDeciCelsius };
  if (state.doorOpen) return { ...hot, openSinceMs: state.openSinceMs ?? atMs };
  if (state.recoverFromMs !== undefined || state.warmSinceMs !== undefined) return hot;
  const { closedAtMs } = state;
  const isAfterClosing = closedAtMs !== undefined && atMs - closedAtMs <= JUST_CLOSED_MS;
  return isAfterClosing ? { ...hot, recoverFromMs: closedAtMs } : { ...hot, warmSinceMs: atMs };
}

/** Opening again and again gives no new half hour: the first closing since it was cold counts. */
function withDoor(state: ColdState, open: boolean, atMs: number, limit: number): ColdState {
  if (open === state.doorOpen) return state;
  const isWarm = (state.deciCelsius ?? limit) > limit;
  if (open) return { ...state, doorOpen: true, ...(isWarm && { openSinceMs: atMs }) };
  const { openSinceMs: _, ...rest } = state;
  const closed = { ...rest, doorOpen: false, closedAtMs: atMs };
  const runs = state.warmSinceMs !== undefined || state.recoverFromMs !== undefined;
  return isWarm && !runs ? { ...closed, recoverFromMs: atMs } : closed;
}

/** Which limit has been passed by now, if any. */
export function excursion(state: ColdState, nowMs: number): HoldCause | undefined {
  const passed = (sinceMs: number | undefined, limitMs: number) =>
    sinceMs !== undefined && nowMs - sinceMs > limitMs;
  if (passed(state.warmSinceMs, WARM_LIMIT_MS)) return 'too-warm';
  if (passed(state.recoverFromMs, RECOVER_LIMIT_MS)) return 'not-cooled-after-closing';
  return passed(state.openSinceMs, RECOVER_LIMIT_MS) ? 'left-open' : undefined;
}
