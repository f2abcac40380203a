/**
 * Keeps one device connected, for ever: opens a new wire and connects anew after every failure,
 * with backoff; notices silence and unplugging; knows who answered; tells everybody the device's
 * state in one shape, and keeps a trace of its wire.
 */
import type {
  Device,
  DeviceEvent,
  DeviceIdentity,
  DeviceNotes,
  DeviceStatus,
  Driver,
  DriverClock,
  DriverContext,
  DriverLog,
  Wire,
} from './contract.ts';
import { DriverError, WireError } from './contract.ts';
import { type Failure, failureOf, failureOfClose } from './failure.ts';
import { findings } from './findings.ts';
import {
  count,
  drop,
  goStale,
  type Keeper,
  notesInMemory,
  type Session,
  setOff,
  setState,
  stopWaiting,
} from './keeper.ts';
import { quietTimer } from './quiet-timer.ts';
import { say, type Text, textOf } from './say.ts';
import { recorder, tapped } from './trace/record.ts';
import type { TraceRing } from './trace/ring.ts';
import { watchForPort } from './wire/ports.ts';

export const FIRST_RETRY_MS = 500;
export const LAST_RETRY_MS = 15_000;
/** A session that has not made up its mind by then is given up. */
export const CONNECT_LIMIT_MS = 15_000;
/** A weight older than this is no weight. */
export const STALE_AFTER_MS = 1000;

/** Why a port is let go on purpose. */
export type PauseReason = 'DISABLED_BY' | 'RELEASED';

export interface SuperviseOptions<D extends Device> {
  driver: Driver<D>;
  address: string;
  open: () => Promise<Wire>;
  options: Record<string, unknown>;
  clock: DriverClock;
  log: DriverLog;
  /** Uniform in [0, 1): spreads the retries of many devices. */
  random: () => number;
  onEvent: (event: DeviceEvent) => void;
  /** Called on every change of state, reason or detail. */
  onStatus: (status: DeviceStatus) => void;
  /** What the driver keeps from one connection to the next; by default as long as this process. */
  notes?: DeviceNotes;
  /** Tells when the port may be there again; watches the device file by default. */
  watchPort?: (address: string, appeared: () => void) => () => void;
  /** Keeps what is on the wire and what becomes of it. */
  ring?: TraceRing;
  /** What is known of whoever is plugged in, before it is asked (sysfs). */
  plugged?: () => DeviceIdentity;
  /** Why the one that answered may not be used before a person confirms it; undefined: it may. */
  admit?: (identity: DeviceIdentity) => string | undefined;
  /** Let go from the start, and why. */
  off?: { reason: PauseReason; detail: Text | string };
  /** Smallest weight that may be sold, of a scale. */
  minGrams?: number;
}

export interface Supervised<D extends Device> {
  status(): DeviceStatus;
  /** The connected device, or undefined while it is not. */
  device(): D | undefined;
  /** Runs `fn` on the connected device; a wire that closes meanwhile counts as offline. */
  use<T>(fn: (device: D) => Promise<T>): Promise<T | { offline: DeviceStatus }>;
  /** Drops the connection and connects anew at once. */
  restart(): void;
  /** UnifiedPOS ResetStatistics. */
  resetStatistics(): void;
  /** Lets the port go until `resume`, and says why. */
  pause(reason: PauseReason, detail: Text | string): Promise<void>;
  resume(): void;
  /** Lets go for good; leaves no timer, listener or open wire. */
  close(): Promise<void>;
}

/** Starts keeping the device; the first attempt begins at once. */
export function supervise<D extends Device>(options: SuperviseOptions<D>): Supervised<D> {
  const { clock, minGrams } = options;
  const keeper: Keeper<D> = {
    ...options,
    notes: options.notes ?? notesInMemory(),
    status: {
      state: 'starting',
      sinceMs: clock.monoMs(),
      connection: 0,
      statistics: {},
    },
    session: undefined,
    failures: 0,
    cancelRetry: undefined,
    stopWatching: undefined,
    stale: quietTimer(clock, STALE_AFTER_MS, () => goStale(keeper)),
    fresh: false,
    warned: false,
    findings: findings(clock, minGrams, () => showFinding(keeper)),
    paused: options.off !== undefined,
    closed: false,
  };
  if (options.off) setOff(keeper.status, options.off);
  else void attempt(keeper);
  return handleOf(keeper);
}

function handleOf<D extends Device>(keeper: Keeper<D>): Supervised<D> {
  const status = (): DeviceStatus => ({
    ...keeper.status,
    statistics: { ...keeper.status.statistics },
  });
  return {
    status,
    device: () => keeper.session?.device,
    async use(fn) {
      const device = keeper.session?.device;
      if (device === undefined) return { offline: status() };
      try {
        return await fn(device);
      } catch (error) {
        if (error instanceof WireError) return { offline: status() };
        throw error;
      }
    },
    restart: () => startAnew(keeper),
    resetStatistics() {
      keeper.status.statistics = {};
    },
    async pause(reason, detail) {
      keeper.paused = true;
      await drop(keeper);
      setState(keeper, { state: 'disabled', reason, detail: textOf(detail) });
    },
    resume() {
      if (!keeper.paused) return;
      keeper.paused = false;
      setState(keeper, { state: 'starting' });
      startAnew(keeper);
    },
    async close() {
      keeper.closed = true;
      await drop(keeper);
      keeper.stale.stop();
      setState(keeper, { state: 'disabled' });
    },
  };
}

function startAnew<D extends Device>(keeper: Keeper<D>): void {
  if (keeper.closed || keeper.paused) return;
  keeper.failures = 0;
  // The port must be free again before it is opened anew.
  void drop(keeper).then(() => {
    if (keeper.session === undefined && !keeper.closed && !keeper.paused) void attempt(keeper);
  });
}

/** One try: a new wire, a new session. Never rejects. */
async function attempt<D extends Device>(keeper: Keeper<D>): Promise<void> {
  stopWaiting(keeper);
  const number = keeper.status.connection + 1;
  keeper.status.connection = number;
  const session: Session<D> = { number, abort: new AbortController(), identity: {}, early: [] };
  keeper.session = session;
  session.limit = keeper.clock.after(CONNECT_LIMIT_MS, () =>
    fail(keeper, session, failureOf(new DriverError('NO_REPLY', say('设备没有应答', 'No answer')))),
  );
  try {
    const opened = await keeper.open();
    if (keeper.session !== session) return await opened.close();
    const wire = tapped(keeper, opened, number);
    session.wire = wire;
    session.identity = keeper.plugged?.() ?? {};
    if (wire.kind !== 'request') {
      wire.onClose((why) => fail(keeper, session, failureOfClose(keeper.address, why)));
    }
    const context = contextOf(keeper, session);
    const device = await keeper.driver.connect(wire, keeper.options, context);
    if (keeper.session !== session) return await device.close();
    connected(keeper, session, device);
  } catch (error) {
    fail(keeper, session, failureOf(error));
  }
}

function connected<D extends Device>(keeper: Keeper<D>, session: Session<D>, device: D): void {
  session.limit?.();
  keeper.failures = 0;
  keeper.status.identity = session.identity;
  const { silenceMs } = keeper.driver;
  if (silenceMs !== undefined) {
    session.silence = quietTimer(keeper.clock, silenceMs, (idleMs) => {
      const seconds = Math.round(idleMs / 1000);
      const detail = say(`${seconds} 秒没有应答`, `No answer for ${seconds} s`);
      fail(keeper, session, { state: 'offline', reason: 'NO_REPLY', detail });
    });
    session.silence.touch();
  }
  keeper.status.lastSeenMs = keeper.clock.monoMs();
  const detail = keeper.admit?.(session.identity);
  if (detail !== undefined) {
    session.strange = device;
    setState(keeper, { state: 'fault', reason: 'DEVICE_CHANGED', detail: textOf(detail) });
    return;
  }
  session.device = device;
  // A warning the session raised while it connected stands.
  if (keeper.status.state !== 'warn') setState(keeper, { state: 'ok' });
  for (const event of session.early.splice(0)) passOn(keeper, event);
}

/** Readings, and what is found in them, to everybody who listens. */
function passOn<D extends Device>(keeper: Keeper<D>, event: DeviceEvent): void {
  if (keeper.driver.kind === 'scale' && event.kind !== 'stale') {
    keeper.fresh = true;
    keeper.stale.touch();
  }
  if (keeper.driver.kind === 'scale') keeper.findings.heard(event);
  keeper.onEvent(event);
}

/** What the driver warns of comes first; what is found here shows where it is quiet. */
function showFinding<D extends Device>(keeper: Keeper<D>): void {
  if (keeper.warned || keeper.session?.device === undefined) return;
  const found = keeper.findings.current();
  setState(keeper, found ? { state: 'warn', ...found } : { state: 'ok' });
}

function contextOf<D extends Device>(keeper: Keeper<D>, session: Session<D>): DriverContext {
  const current = (): boolean => keeper.session === session && !keeper.closed;
  const record = recorder(keeper);
  return {
    clock: keeper.clock,
    log: keeper.log,
    signal: session.abort.signal,
    connection: session.number,
    notes: keeper.notes,
    alive() {
      if (!current()) return;
      keeper.status.lastSeenMs = keeper.clock.monoMs();
      session.silence?.touch();
    },
    identify(identity) {
      if (current()) Object.assign(session.identity, identity);
    },
    emit(event) {
      if (!current()) return;
      record(event);
      if (keeper.admit === undefined || session.device !== undefined) passOn(keeper, event);
      else if (session.strange === undefined) session.early.push(event);
    },
    warn(reason, detail) {
      if (!current() || session.strange !== undefined) return;
      keeper.warned = reason !== undefined;
      if (reason !== undefined)
        setState(keeper, { state: 'warn', reason, ...(detail && { detail: textOf(detail) }) });
      else if (session.device !== undefined) showFinding(keeper);
      else if (keeper.status.state === 'warn') setState(keeper, { state: 'starting' });
    },
    lost: (error) => fail(keeper, session, failureOf(error)),
    count: (statistic, by) => count(keeper, statistic, by),
  };
}

/** The connection is lost, or was never made: say so and try again after a while. */
function fail<D extends Device>(keeper: Keeper<D>, session: Session<D>, failure: Failure): void {
  if (keeper.session !== session || keeper.closed || keeper.paused) return;
  void drop(keeper);
  count(keeper, 'CommunicationErrorCount');
  const { clock, random } = keeper;
  const backoffMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(keeper.failures, 10));
  const delayMs = backoffMs * (0.75 + random() / 4);
  keeper.failures += 1;
  keeper.status.retry = { failures: keeper.failures, atMs: Math.round(clock.monoMs() + delayMs) };
  const isNews = setState(keeper, failure);
  const said = { address: keeper.address, ...failure, detail: failure.detail.en };
  keeper.log[isNews ? 'warn' : 'debug'](said, 'not connected');
  keeper.cancelRetry = clock.after(delayMs, () => void attempt(keeper));
  if (failure.reason !== 'PORT_MISSING') return;
  const watchPort = keeper.watchPort ?? watchForPort;
  keeper.stopWatching = watchPort(keeper.address, () => {
    if (keeper.session !== undefined || keeper.closed || keeper.paused) return;
    keeper.failures = 0;
    void attempt(keeper);
  });
}
