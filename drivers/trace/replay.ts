/**
 * A trace once more through the driver, with no device and no port: the driver connects to a wire
 * that answers what was recorded, in a time of its own. What it says now is compared with what it
 * said then.
 */
import type { ByteWire, Device, DeviceEvent, Driver, DriverContext } from '../contract.ts';
import { WireError } from '../contract.ts';
import { toHex } from '../hex.ts';
import { isOpening } from './meaning.ts';
import { type ReplayClock, replayClock } from './replay-clock.ts';
import type { TraceEntry } from './ring.ts';
import type { Trace } from './ytrace.ts';

/** How long the driver may think, in its own time, before it "does not ask". */
const PATIENCE_MS = 20_000;
/** How far ahead a question may stand in the trace. */
const LOOK_AHEAD = 8;

export interface Replay {
  sessions: number;
  /** The trace begins in the middle of a connection: its first words may differ. */
  fromTheMiddle: boolean;
  /** What the driver said then and says now, repeats left out. */
  expected: string[];
  got: string[];
  /** In words; empty where the driver says today what it said then. */
  differences: string[];
  statistics: Record<string, number>;
}

/** An event without its instant, as one line. */
export const eventLine = (event: DeviceEvent): string => {
  const { atMs: _, ...rest } = event;
  if (rest.kind !== 'frame') return JSON.stringify(rest);
  return JSON.stringify({ kind: 'frame', bytes: event.kind === 'frame' ? event.jpeg.length : 0 });
};

/** Never rejects: a driver that throws is a difference. Only byte wires can be replayed. */
export async function replayTrace(driver: Driver, trace: Trace): Promise<Replay> {
  const { entries, header } = trace;
  const replay: Replay = {
    sessions: 0,
    fromTheMiddle: entries.length > 0 && !entries.some(isOpening),
    ...{ expected: [], got: [], differences: [], statistics: {} },
  };
  for (const session of sessionsOf(entries)) {
    replay.sessions += 1;
    await replaySession(driver, header.options, session, replay);
  }
  compare(replay);
  return replay;
}

/** One list for each connection; what stands before the first opening is left out, if one comes. */
function sessionsOf(entries: readonly TraceEntry[]): TraceEntry[][] {
  const starts = entries.flatMap((entry, at) => (isOpening(entry) ? [at] : []));
  if (starts.length === 0) return entries.length > 0 ? [[...entries]] : [];
  return starts.map((from, at) => entries.slice(from, starts[at + 1]));
}

interface Session {
  clock: ReplayClock;
  written: Uint8Array[];
  listeners: ((bytes: Uint8Array) => void)[];
  /** How much later than the trace the replay is, in milliseconds. */
  shiftMs: number;
  open: boolean;
}

const timeOf = ({ tUs }: TraceEntry): number => tUs / 1000;

async function replaySession(
  driver: Driver,
  options: Record<string, unknown>,
  entries: TraceEntry[],
  replay: Replay,
): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const clock = replayClock(timeOf(first));
  const session: Session = { clock, written: [], listeners: [], shiftMs: 0, open: true };
  const abort = new AbortController();
  const context = contextOf(session, replay, abort.signal);
  const wire = wireOf(session);
  const connecting = driver.connect(wire, options, context).then(
    (device: Device) => device,
    (error: unknown) => void say(replay.got, `{"connect":${JSON.stringify(String(error))}}`),
  );
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at];
    if (entry === undefined) break;
    if (entry.direction === 'tx') at = await expectQuestion(session, entries, at, replay);
    else if (entry.direction === 'rx') await deliver(session, entry);
    else if (entry.direction === 'ev') say(replay.expected, textOf(entry));
  }
  await clock.goTo(clock.monoMs());
  session.open = false;
  abort.abort();
  await clock.goTo(clock.monoMs() + PATIENCE_MS);
  await (await connecting)?.close();
}

const textOf = ({ bytes }: TraceEntry): string => Buffer.from(bytes).toString('utf8');

/** Says it once, however often it is repeated. */
function say(lines: string[], line: string): void {
  if (lines.at(-1) !== line) lines.push(line);
}

async function deliver(session: Session, entry: TraceEntry): Promise<void> {
  await session.clock.goTo(timeOf(entry) + session.shiftMs);
  for (const listener of session.listeners) listener(entry.bytes);
  await session.clock.goTo(session.clock.monoMs());
}

/** Waits for the driver's question; gives the place in the trace from which to go on. */
async function expectQuestion(
  session: Session,
  entries: readonly TraceEntry[],
  at: number,
  replay: Replay,
): Promise<number> {
  const { clock, written } = session;
  const entry = entries[at] as TraceEntry;
  await clock.goTo(clock.monoMs() + PATIENCE_MS, () => written.length > 0);
  const asked = written.shift();
  if (asked === undefined) {
    if (!replay.fromTheMiddle) replay.differences.push(`not asked now: ${toHex(entry.bytes)}`);
    return at;
  }
  const ahead = entries.slice(at, at + LOOK_AHEAD);
  const found = ahead.findIndex((one) => one.direction === 'tx' && same(one.bytes, asked));
  if (found < 0) {
    const words = `asked now ${toHex(asked)}, then ${toHex(entry.bytes)}`;
    if (!replay.fromTheMiddle) replay.differences.push(words);
  }
  const place = Math.max(found, 0);
  // What it said meanwhile it did say, though nobody hears the bytes before its first question.
  if (replay.fromTheMiddle)
    for (const passed of entries.slice(at, at + place))
      if (passed.direction === 'ev') say(replay.expected, textOf(passed));
  session.shiftMs = clock.monoMs() - timeOf(ahead[place] ?? entry);
  return at + place;
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

function wireOf(session: Session): ByteWire {
  return {
    kind: 'bytes',
    address: 'replay:',
    async write(bytes) {
      if (!session.open)
        throw new WireError('CLOSED', { zh: '回放已结束', en: 'the trace is over' });
      session.written.push(Uint8Array.from(bytes));
    },
    onBytes: (listener) => void session.listeners.push(listener),
    onClose: () => undefined,
    async close() {
      session.open = false;
    },
  };
}

function contextOf(session: Session, replay: Replay, signal: AbortSignal): DriverContext {
  const { statistics } = replay;
  return {
    clock: session.clock,
    log: { debug: () => undefined, warn: () => undefined },
    signal,
    connection: replay.sessions,
    alive: () => undefined,
    emit: (event) => say(replay.got, eventLine(event)),
    warn: () => undefined,
    count(statistic, by = 1) {
      statistics[statistic] = (statistics[statistic] ?? 0) + by;
    },
  };
}

/** Line by line; a trace from the middle of a connection may begin and end elsewhere. */
function compare(replay: Replay): void {
  const expected = replay.expected.filter((line) => line !== '{"kind":"stale"}');
  const got = replay.got;
  if (expected.length === 0) return;
  if (replay.fromTheMiddle) {
    // What still held when the piece began was said before it: the first word may be that.
    const unknown = got.slice(1).find((line) => !expected.includes(line));
    if (unknown !== undefined) replay.differences.push(`said only now: ${unknown}`);
    return;
  }
  for (let at = 0; at < Math.max(expected.length, got.length); at++) {
    if (expected[at] === got[at]) continue;
    replay.differences.push(
      `event ${at + 1}: then ${expected[at] ?? 'nothing'}, now ${got[at] ?? 'nothing'}`,
    );
    return;
  }
}
