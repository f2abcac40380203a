/**
 * Keeps one device connected, for ever: opens a new wire and connects anew after every failure,
 * with backoff; notices silence and unplugging; tells everybody the device's state in one shape.
 */
import type {
  Device,
  DeviceEvent,
  DeviceNotes,
  DeviceStatus,
  Driver,
  DriverClock,
  DriverContext,
  DriverLog,
  ReasonCode,
  Wire,
} from './contract.ts';
import { DriverError, WireError } from './contract.ts';
import { type Failure, failureOf, failureOfClose } from './failure.ts';
import { type QuietTimer, quietTimer } from './quiet-timer.ts';
import { watchForPort } from './wire/ports.ts';

export const FIRST_RETRY_MS = 500;
export const LAST_RETRY_MS = 15_000;
/** A session that has not made up its mind by then is given up. */
export const CONNECT_LIMIT_MS = 15_000;
/** A weight older than this is no weight. */
export const STALE_AFTER_MS = 1000;

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
}

export interface Supervised<D extends Device> {
  status(): DeviceStatus;
  /** The connected device, or undefined while it is not. */
  device(): D | undefined;
  /** Runs `fn` on the connected device; a wire that closes meanwhile counts as offline. */
  use<T>(fn: (device: D) => Promise<T>): Promise<T | { offline: DeviceStatus }>;
  /** Drops the connection and connects anew at once. */
  restart(): void;
  /** Lets go for good; leaves no timer, listener or open wire. */
  close(): Promise<void>;
}

/** One connection; callbacks of an earlier one are told apart by identity and ignored. */
interface Session<D> {
  number: number;
  abort: AbortController;
  wire?: Wire;
  device?: D;
  silence?: QuietTimer;
  limit?: () => void;
}

interface Keeper<D extends Device> extends SuperviseOptions<D> {
  notes: DeviceNotes;
  status: DeviceStatus;
  session: Session<D> | undefined;
  failures: number;
  cancelRetry: (() => void) | undefined;
  stopWatching: (() => void) | undefined;
  stale: QuietTimer;
  /** Whether the newest reading given out still counts as fresh. */
  fresh: boolean;
  closed: boolean;
}

/** Starts keeping the device; the first attempt begins at once. */
export function supervise<D extends Device>(options: SuperviseOptions<D>): Supervised<D> {
  const { clock } = options;
  const keeper: Keeper<D> = {
    ...options,
    notes: options.notes ?? notesInMemory(),
    status: { state: 'starting', sinceMs: clock.monoMs(), connection: 0, statistics: {} },
    session: undefined,
    failures: 0,
    cancelRetry: undefined,
    stopWatching: undefined,
    stale: quietTimer(clock, STALE_AFTER_MS, () => goStale(keeper)),
    fresh: false,
    closed: false,
  };
  void attempt(keeper);
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
    restart() {
      if (keeper.closed) return;
      keeper.failures = 0;
      // The port must be free again before it is opened anew.
      void drop(keeper).then(() => {
        if (keeper.session === undefined && !keeper.closed) void attempt(keeper);
      });
    },
    async close() {
      keeper.closed = true;
      await drop(keeper);
      keeper.stale.stop();
      setState(keeper, { state: 'disabled' });
    },
  };
}

/** One try: a new wire, a new session. Never rejects. */
async function attempt<D extends Device>(keeper: Keeper<D>): Promise<void> {
  stopWaiting(keeper);
  const number = keeper.status.connection + 1;
  keeper.status.connection = number;
  const session: Session<D> = { number, abort: new AbortController() };
  keeper.session = session;
  session.limit = keeper.clock.after(CONNECT_LIMIT_MS, () =>
    fail(keeper, session, failureOf(new DriverError('NO_REPLY', '设备没有应答 No answer'))),
  );
  try {
    const wire = await keeper.open();
    if (keeper.session !== session) return await wire.close();
    session.wire = wire;
    if (wire.kind === 'bytes') {
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
  session.device = device;
  keeper.failures = 0;
  const { silenceMs } = keeper.driver;
  if (silenceMs !== undefined) {
    session.silence = quietTimer(keeper.clock, silenceMs, (idleMs) => {
      const detail = `${Math.round(idleMs / 1000)} 秒没有应答 no answer for ${Math.round(idleMs / 1000)} s`;
      fail(keeper, session, { state: 'offline', reason: 'NO_REPLY', detail });
    });
    session.silence.touch();
  }
  keeper.status.lastSeenMs = keeper.clock.monoMs();
  // A warning the session raised while it connected stands.
  if (keeper.status.state !== 'warn') setState(keeper, { state: 'ok' });
}

function contextOf<D extends Device>(keeper: Keeper<D>, session: Session<D>): DriverContext {
  const current = (): boolean => keeper.session === session && !keeper.closed;
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
    emit(event) {
      if (!current()) return;
      if (keeper.driver.kind === 'scale' && event.kind !== 'stale') {
        keeper.fresh = true;
        keeper.stale.touch();
      }
      keeper.onEvent(event);
    },
    warn(reason, detail) {
      if (!current()) return;
      if (reason !== undefined) setState(keeper, { state: 'warn', reason, detail });
      else if (session.device !== undefined) setState(keeper, { state: 'ok' });
      else if (keeper.status.state === 'warn') setState(keeper, { state: 'starting' });
    },
    count: (statistic, by) => count(keeper, statistic, by),
  };
}

/** The connection is lost, or was never made: say so and try again after a while. */
function fail<D extends Device>(keeper: Keeper<D>, session: Session<D>, failure: Failure): void {
  if (keeper.session !== session || keeper.closed) return;
  void drop(keeper);
  count(keeper, 'CommunicationErrorCount');
  const isNews = setState(keeper, failure);
  keeper.log[isNews ? 'warn' : 'debug']({ address: keeper.address, ...failure }, 'not connected');
  const backoffMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(keeper.failures, 10));
  keeper.failures++;
  const retry = (): void => void attempt(keeper);
  keeper.cancelRetry = keeper.clock.after(backoffMs * (0.75 + keeper.random() / 4), retry);
  if (failure.reason !== 'PORT_MISSING') return;
  const watchPort = keeper.watchPort ?? watchForPort;
  keeper.stopWatching = watchPort(keeper.address, () => {
    if (keeper.session !== undefined || keeper.closed) return;
    keeper.failures = 0;
    retry();
  });
}

function notesInMemory(): DeviceNotes {
  const notes = new Map<string, string>();
  return {
    durable: false,
    get: (key) => notes.get(key),
    set: (key, value) => void notes.set(key, value),
  };
}

function stopWaiting<D extends Device>(keeper: Keeper<D>): void {
  keeper.cancelRetry?.();
  keeper.cancelRetry = undefined;
  keeper.stopWatching?.();
  keeper.stopWatching = undefined;
}

/** Ends the current session, whatever it is doing. */
async function drop<D extends Device>(keeper: Keeper<D>): Promise<void> {
  stopWaiting(keeper);
  const session = keeper.session;
  keeper.session = undefined;
  if (session === undefined) return;
  session.limit?.();
  session.silence?.stop();
  session.abort.abort();
  goStale(keeper);
  for (const part of [session.device, session.wire]) {
    try {
      await part?.close();
    } catch (error) {
      keeper.log.warn({ address: keeper.address, error: String(error) }, 'close failed');
    }
  }
}

/** Tells a scale's listeners, once, that the last weight no longer counts. */
function goStale<D extends Device>(keeper: Keeper<D>): void {
  if (!keeper.fresh) return;
  keeper.fresh = false;
  count(keeper, 'M_StaleReadingCount');
  keeper.onEvent({ kind: 'stale', atMs: keeper.clock.monoMs() });
}

function count<D extends Device>(keeper: Keeper<D>, statistic: string, by = 1): void {
  const { statistics } = keeper.status;
  statistics[statistic] = (statistics[statistic] ?? 0) + by;
}

/** True where it was news. */
function setState<D extends Device>(
  keeper: Keeper<D>,
  next: { state: DeviceStatus['state']; reason?: ReasonCode; detail?: string },
): boolean {
  const { state, reason, detail, sinceMs, ...kept } = keeper.status;
  if (state === next.state && reason === next.reason && detail === next.detail) return false;
  const since = state === next.state && reason === next.reason ? sinceMs : keeper.clock.monoMs();
  keeper.status = { ...kept, ...next, sinceMs: since };
  keeper.onStatus({ ...keeper.status, statistics: { ...kept.statistics } });
  return true;
}
