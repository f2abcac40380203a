/** What a supervisor knows of the device it keeps, and the small acts on it. */
import type {
  Device,
  DeviceEvent,
  DeviceIdentity,
  DeviceNotes,
  DeviceStatus,
  ReasonCode,
  Wire,
} from './contract.ts';
import type { Findings } from './findings.ts';
import type { QuietTimer } from './quiet-timer.ts';
import { type Text, textOf } from './say.ts';
import type { SuperviseOptions } from './supervise.ts';

/** One connection; callbacks of an earlier one are told apart by identity and ignored. */
export interface Session<D> {
  number: number;
  abort: AbortController;
  wire?: Wire;
  device?: D;
  /** Answered, but is not the one that was confirmed: watched, and used for nothing. */
  strange?: D;
  identity: DeviceIdentity;
  /** What it said before anybody knew who it is. */
  early: DeviceEvent[];
  silence?: QuietTimer;
  limit?: () => void;
}

export interface Keeper<D extends Device> extends SuperviseOptions<D> {
  notes: DeviceNotes;
  status: DeviceStatus;
  session: Session<D> | undefined;
  /** Attempts since it last answered. */
  failures: number;
  cancelRetry: (() => void) | undefined;
  stopWatching: (() => void) | undefined;
  stale: QuietTimer;
  /** Whether the newest reading given out still counts as fresh. */
  fresh: boolean;
  /** The warning the driver raised, which comes before what is found here. */
  warned: boolean;
  findings: Findings;
  /** Let go on purpose: nothing is tried until it is taken up again. */
  paused: boolean;
  closed: boolean;
}

export function notesInMemory(): DeviceNotes {
  const notes = new Map<string, string>();
  return {
    durable: false,
    get: (key) => notes.get(key),
    set: (key, value) => void notes.set(key, value),
  };
}

export function stopWaiting<D extends Device>(keeper: Keeper<D>): void {
  keeper.cancelRetry?.();
  keeper.cancelRetry = undefined;
  delete keeper.status.retry;
  keeper.stopWatching?.();
  keeper.stopWatching = undefined;
}

/** Ends the current session, whatever it is doing. */
export async function drop<D extends Device>(keeper: Keeper<D>): Promise<void> {
  stopWaiting(keeper);
  const session = keeper.session;
  keeper.session = undefined;
  keeper.warned = false;
  keeper.findings.reset();
  if (session === undefined) return;
  session.limit?.();
  session.silence?.stop();
  session.abort.abort();
  goStale(keeper);
  for (const part of [session.device ?? session.strange, session.wire]) {
    try {
      await part?.close();
    } catch (error) {
      keeper.log.warn({ address: keeper.address, error: String(error) }, 'close failed');
    }
  }
}

/** Tells a scale's listeners, once, that the last weight no longer counts. */
export function goStale<D extends Device>(keeper: Keeper<D>): void {
  if (!keeper.fresh) return;
  keeper.fresh = false;
  count(keeper, 'M_StaleReadingCount');
  keeper.onEvent({ kind: 'stale', atMs: keeper.clock.monoMs() });
}

export function count<D extends Device>(keeper: Keeper<D>, statistic: string, by = 1): void {
  const { statistics } = keeper.status;
  statistics[statistic] = (statistics[statistic] ?? 0) + by;
}

/** True where it was news. */
export function setState<D extends Device>(
  keeper: Keeper<D>,
  next: { state: DeviceStatus['state']; reason?: ReasonCode; detail?: Text },
): boolean {
  const { state, reason, detail, sinceMs, ...kept } = keeper.status;
  if (state === next.state && reason === next.reason && detail?.en === next.detail?.en)
    return false;
  const since = state === next.state && reason === next.reason ? sinceMs : keeper.clock.monoMs();
  keeper.status = { ...kept, ...next, sinceMs: since };
  const words = [next.state, next.reason, next.detail?.en].filter((word) => word !== undefined);
  keeper.ring?.say('note', words.join(' '));
  keeper.onStatus({ ...keeper.status, statistics: { ...kept.statistics } });
  return true;
}

/** Paused from the start, before anybody listens. */
export function setOff(status: DeviceStatus, off: { reason: ReasonCode; detail: Text | string }) {
  Object.assign(status, { state: 'disabled', reason: off.reason, detail: textOf(off.detail) });
}
