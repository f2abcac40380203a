/**
 * What sits at a port: every driver's own first question, on its own line settings, until one is
 * answered as only that kind of device answers. Only questions are asked: payment terminals and
 * whatever is silent by nature are never tried, and nothing that acts is ever sent.
 */
import type { ByteWire, DeviceIdentity, Driver, DriverContext } from '../../drivers/contract.ts';
import { WireError } from '../../drivers/contract.ts';
import { deadline } from '../../drivers/deadline.ts';
import { DRIVERS } from '../../drivers/index.ts';
import { checkOptions } from '../../drivers/options.ts';
import type { OpenWire, SerialLine } from '../../drivers/wire/open.ts';
import type { Clock } from '../core/ports.ts';
import { say } from '../core/say.ts';
import { isForTrade } from '../core/type-plate.ts';
import type { ProbeFinding, ProbeReport } from '../core/views/diag-views.ts';

export const PROBE_LIMIT_MS = 14_000;
/** No device takes longer to its first word. */
const ATTEMPT_MS = 900;
const LISTEN_MS = 400;
const OTHER_SPEEDS = [19_200, 4800, 38_400, 115_200, 2400];

/** Their first word is a price, which a scale takes: that is no question. */
const NOT_A_QUESTION = ['dialog-06', 'dialog-02-04'];

/** Drivers whose `connect` only asks, and whose answer tells them apart. */
export const probed = (): Driver[] =>
  DRIVERS.filter(({ name, kind, links }) => {
    if (NOT_A_QUESTION.includes(name)) return false;
    const asks = kind === 'scale' || kind === 'lock' || kind === 'shelf' || kind === 'cooler';
    return (asks || kind === 'printer') && links.includes('serial');
  });

/** Drivers of serial ports that no probe finds: they wait to be spoken to, or must not be asked. */
export const neverProbed = (): string[] => {
  const asked = new Set(probed().map(({ name }) => name));
  return DRIVERS.filter(({ name, links }) => links.includes('serial') && !asked.has(name)).map(
    ({ name }) => name,
  );
};

const DEFAULT_LINE: SerialLine = { baudRate: 9600, dataBits: 8, parity: 'none' };

interface Plan {
  line: SerialLine;
  drivers: Driver[];
}

/** Own settings first, the commonest line before the rarer ones; then other speeds. */
function plans(): Plan[] {
  const own = new Map<string, Plan>();
  for (const driver of probed()) {
    const line = driver.line ?? DEFAULT_LINE;
    const plan = own.get(words(line)) ?? { line, drivers: [] };
    plan.drivers.push(driver);
    own.set(words(line), plan);
  }
  const sorted = [...own.values()].sort((one, other) => other.drivers.length - one.drivers.length);
  const other = OTHER_SPEEDS.map((baudRate) => ({
    line: { ...DEFAULT_LINE, baudRate },
    drivers: probed().filter(({ line = DEFAULT_LINE }) => line.baudRate !== baudRate),
  }));
  return [...sorted, ...other];
}

const words = ({ baudRate, dataBits, parity }: SerialLine): string =>
  `${baudRate} ${dataBits}${(parity[0] ?? 'n').toUpperCase()}1`;

export interface ProbeOptions {
  /** `serial:/dev/…` or `pty:/…`, without settings. */
  base: string;
  open: OpenWire;
  clock: Clock;
  /** Goes on after the first answer. */
  all?: boolean;
  /** Ends it where nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
}

/** Takes at most 15 s, and no longer than half a second once `signal` aborts. Rejects with WireError where the port does not open at all. */
export async function probePort(options: ProbeOptions): Promise<ProbeReport> {
  const { base, clock, all = false, signal } = options;
  const startedMs = clock.monoMs();
  const report: ProbeReport = { path: base, found: [], tried: [], ms: 0 };
  const late = () =>
    signal?.aborted === true || clock.monoMs() - startedMs > PROBE_LIMIT_MS - ATTEMPT_MS;
  for (const plan of plans()) {
    if (late() || (report.found.length > 0 && !all)) break;
    await tryLine(options, plan, report, late);
  }
  report.ms = Math.round(clock.monoMs() - startedMs);
  return report;
}

export const addressAt = (base: string, { baudRate, dataBits, parity }: SerialLine): string =>
  base.startsWith('tcp:') ? base : `${base}?baud=${baudRate}&bits=${dataBits}&parity=${parity}`;

async function tryLine(
  { base, open, clock, all = false, signal }: ProbeOptions,
  { line, drivers }: Plan,
  report: ProbeReport,
  late: () => boolean,
): Promise<void> {
  const address = addressAt(base, line);
  const wire = await open(address, line);
  if (wire.kind !== 'bytes') return wire.close();
  const shared = sharing(wire);
  try {
    const noise = await listen(shared, clock);
    for (const driver of byNoise(drivers, noise)) {
      if (late() || (report.found.length > 0 && !all)) return;
      const startedMs = clock.monoMs();
      const { result, identity } = await ask(driver, shared.borrow(), clock, signal);
      report.tried.push({ driver: driver.name, line: words(line), result });
      if (result !== 'answered') continue;
      const ms = Math.round(clock.monoMs() - startedMs);
      const { name, kind, title } = driver;
      const found: ProbeFinding = { driver: name, kind, title, address, how: 'answered', ms };
      report.found.push({
        ...found,
        ...(identity && { identity: { ...identity } }),
        ...(needsPlate(driver) && { needsPlate: true }),
      });
    }
  } finally {
    await wire.close();
  }
}

/** A scale sells unless its driver says that it may not. */
function needsPlate(driver: Driver): boolean {
  const options = checkOptions(driver, {});
  return driver.kind === 'scale' && options.ok && isForTrade(options.value);
}

/** Whoever understands what is on the line already goes first; the others keep their order. */
function byNoise(drivers: Driver[], noise: Uint8Array): Driver[] {
  const understood = (driver: Driver): number => {
    const options = checkOptions(driver, {});
    if (!options.ok || noise.length === 0) return 0;
    const items = driver.decoder(options.value).push(noise);
    return items.filter(({ kind }) => kind !== 'discarded' && kind !== 'echo').length;
  };
  const scores = new Map(drivers.map((driver) => [driver, understood(driver)]));
  return [...drivers].sort((one, other) => (scores.get(other) ?? 0) - (scores.get(one) ?? 0));
}

interface Shared {
  /** The same open port for the next driver; closing it leaves the port open. */
  borrow(): ByteWire;
}

function sharing(wire: ByteWire): Shared {
  let hear: (bytes: Uint8Array) => void = () => undefined;
  let gone: (why: string) => void = () => undefined;
  wire.onBytes((bytes) => hear(bytes));
  wire.onClose((why) => gone(why));
  return {
    borrow() {
      let open = true;
      const listeners: ((bytes: Uint8Array) => void)[] = [];
      hear = (bytes) => {
        for (const listener of open ? listeners : []) listener(bytes);
      };
      return {
        kind: 'bytes',
        address: wire.address,
        async write(bytes, timeoutMs) {
          if (!open)
            throw new WireError(
              'CLOSED',
              say(`${wire.address}: 已结束`, `${wire.address}: The attempt is over`),
            );
          await wire.write(bytes, timeoutMs);
        },
        onBytes: (listener) => void listeners.push(listener),
        onClose: (listener) => {
          gone = listener;
        },
        async close() {
          open = false;
        },
      };
    },
  };
}

function listen(shared: Shared, clock: Clock): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const wire = shared.borrow();
  wire.onBytes((bytes) => void pieces.push(bytes));
  return new Promise((resolve) => clock.after(LISTEN_MS, () => resolve(Buffer.concat(pieces))));
}

async function ask(driver: Driver, wire: ByteWire, clock: Clock, off?: AbortSignal) {
  const abort = new AbortController();
  const identity: DeviceIdentity = {};
  const context: DriverContext = {
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    signal: abort.signal,
    connection: 1,
    alive: () => undefined,
    identify: (told) => void Object.assign(identity, told),
    emit: () => undefined,
    warn: () => undefined,
    count: () => undefined,
  };
  const checked = checkOptions(driver, {});
  if (!checked.ok) return { result: checked.problem.en };
  let cancel = () => {};
  const late = new Promise<string>((resolve) => {
    cancel = deadline(clock, ATTEMPT_MS, () => resolve('no answer'));
    off?.addEventListener('abort', () => resolve('called off'), { once: true });
  });
  const asked = driver.connect(wire, checked.value, context).then(
    async (device) => {
      await device.close();
      return 'answered';
    },
    (error: { code?: string }) => error.code ?? String(error),
  );
  const result = await Promise.race([asked, late]);
  cancel();
  abort.abort();
  await wire.close();
  return { result, ...(result === 'answered' && Object.keys(identity).length > 0 && { identity }) };
}
