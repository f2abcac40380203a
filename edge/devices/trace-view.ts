/** A device's ring as the monitor shows it and as files carry it away: payer's codes taken out. */

import { toHex } from '../../drivers/hex.ts';
import { findDriver } from '../../drivers/index.ts';
import { goldenOf } from '../../drivers/trace/make-test.ts';
import { meaningsOf } from '../../drivers/trace/meaning.ts';
import { toPcapng } from '../../drivers/trace/pcapng.ts';
import { redacted } from '../../drivers/trace/redact.ts';
import { type Replay, replayTrace } from '../../drivers/trace/replay.ts';
import type { TraceEntry } from '../../drivers/trace/ring.ts';
import {
  formatTrace,
  parseTrace,
  type Trace,
  type TraceHeader,
} from '../../drivers/trace/ytrace.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import { say } from '../core/say.ts';
import type { ReplayLine, TraceLine } from '../core/views/diag-views.ts';
import type { KeptDevice } from './devices.ts';
import { deviceRefusal } from './refusals.ts';

const SECRET = /key|password|secret|token|pin$/i;
/** Frames before the first shown one, so that it is decoded in its context. */
const CONTEXT = 40;

/** `monoUs` of the ring as wall time. */
const wallOf = (tUs: number, clock: Clock): number =>
  clock.wallMs() - (clock.monoMs() - tUs / 1000);

export function meaningWords(
  driver: string,
  options: Record<string, unknown>,
  entries: readonly TraceEntry[],
): Map<number, string> {
  const found = findDriver(driver);
  const meanings = found ? meaningsOf(found, options, entries) : new Map<number, object[]>();
  return new Map(
    [...meanings].map(([seq, items]) => [seq, items.map((item) => JSON.stringify(item)).join(' ')]),
  );
}

/** At most `limit` lines after `seq`; with `seq` −1 the newest ones. */
export function traceLines(
  device: KeptDevice,
  seq: number,
  limit: number,
  clock: Clock,
): TraceLine[] {
  const { ring } = device;
  const from = seq < 0 ? Math.max(0, ring.extent().lastSeq - limit) : seq;
  const entries = redacted(ring.after(Math.max(0, from - CONTEXT), limit + CONTEXT));
  const words = meaningWords(device.driver, device.options, entries);
  return entries
    .filter((entry) => entry.seq > from)
    .slice(0, limit)
    .map((entry) => lineOf(entry, words, clock));
}

function lineOf(
  { seq, tUs, direction, bytes, of }: TraceEntry,
  words: ReadonlyMap<number, string>,
  clock: Clock,
): TraceLine {
  const wire = direction === 'rx' || direction === 'tx';
  return {
    ...{ seq, tUs: Math.round(tUs), direction, atWallMs: wallOf(tUs, clock) },
    text: wire ? (words.get(seq) ?? '') : Buffer.from(bytes).toString('utf8'),
    ...(wire && { hex: toHex(bytes) }),
    ...(of !== undefined && { of }),
  };
}

export type TraceFormat = 'ytrace' | 'pcapng' | 'txt';

/** The last `sinceMs` of a device's wire, or all `from` a line on, as a file, safe to carry away. */
export function traceOf(device: KeptDevice, sinceMs: number, clock: Clock, fromSeq = 0): Trace {
  const nowUs = clock.monoUs?.() ?? clock.monoMs() * 1000;
  const entries = redacted(
    device.ring.after(Math.max(0, fromSeq - 1)).filter(({ tUs }) => tUs >= nowUs - sinceMs * 1000),
  );
  const header: TraceHeader = {
    ytrace: 1,
    device: device.id,
    driver: device.driver,
    options: Object.fromEntries(
      Object.entries(device.options).filter(([name]) => !SECRET.test(name)),
    ),
    address: device.config.address,
    clock: 'mono-us',
    startedAt: new Date(Math.round(wallOf(entries[0]?.tUs ?? nowUs, clock))).toISOString(),
  };
  return { header, entries };
}

export function fileOf(trace: Trace, format: TraceFormat): Uint8Array {
  const { driver, options } = trace.header;
  const words = meaningWords(driver, options, trace.entries);
  if (format === 'pcapng') return toPcapng(trace, words);
  if (format === 'ytrace') return Buffer.from(formatTrace(trace, words));
  return Buffer.from(`${textLines(trace, words).join('\n')}\n`);
}

/** One line an entry, for people: seconds, direction, hex, letters, meaning. */
export function textLines({ entries }: Trace, words: ReadonlyMap<number, string>): string[] {
  const firstUs = entries[0]?.tUs ?? 0;
  return entries.map(({ seq, tUs, direction, bytes }) => {
    const at = ((tUs - firstUs) / 1e6).toFixed(6).padStart(12);
    const wire = direction === 'rx' || direction === 'tx';
    if (!wire) return `${at}  ${direction.padEnd(4)}  ${Buffer.from(bytes).toString('utf8')}`;
    const letters = Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/[^ -~]/g, '.');
    const meaning = words.get(seq);
    return `${at}  ${direction.padEnd(4)}  ${toHex(bytes)}  |${letters}|${meaning ? `  ${meaning}` : ''}`;
  });
}

export interface ReplayAnswer extends Replay {
  device: string;
  driver: string;
  entries: number;
  /** What was on the wire, in order, from 0 µs on; where there is more than that, its beginning. */
  lines?: ReplayLine[];
}

/** As much as a page can hold. */
const MOST_LINES = 5000;

function replayLines(driver: string, { header, entries }: Trace): ReplayLine[] {
  const shown = redacted(entries.slice(0, MOST_LINES));
  const words = meaningWords(driver, header.options, shown);
  const firstUs = shown[0]?.tUs ?? 0;
  return shown.map(({ seq, tUs, direction, bytes }) => {
    const wire = direction === 'rx' || direction === 'tx';
    return {
      ...{ tUs: Math.round(tUs - firstUs), direction },
      text: wire ? (words.get(seq) ?? '') : Buffer.from(bytes).toString('utf8'),
      ...(wire && { hex: toHex(bytes) }),
    };
  });
}

/** A trace file through its driver (or another one), with no device. */
export async function replayText(
  text: string,
  driverName?: string,
  { lines = false } = {},
): Promise<Outcome<ReplayAnswer>> {
  const read = readTrace(text, driverName);
  if (!read.ok) return read;
  const { driver, trace } = read.value;
  const replay = await replayTrace(driver, trace);
  const { device } = trace.header;
  return {
    ok: true,
    value: {
      ...{ ...replay, device, driver: driver.name, entries: trace.entries.length },
      ...(lines && { lines: replayLines(driver.name, trace) }),
    },
  };
}

export function readTrace(text: string, driverName?: string) {
  const parsed = parseTrace(text);
  if (!parsed.ok) return deviceRefusal('TRACE_BAD', { why: parsed.problem });
  const name = driverName ?? parsed.trace.header.driver;
  const driver = findDriver(name);
  if (!driver)
    return deviceRefusal('TRACE_BAD', { why: say(`没有驱动「${name}」`, `No driver "${name}"`) });
  if (driver.kind === 'payment' || driver.kind === 'camera')
    return deviceRefusal('TRACE_BAD', {
      why: say(`${driver.kind} 的内容不入记录`, `${driver.kind} is not kept in traces`),
    });
  return { ok: true as const, value: { driver, trace: parsed.trace } };
}

/** Golden lines of a trace file. */
export function goldenText(
  text: string,
): Outcome<{ text: string; lines: number; leftOut: number }> {
  const read = readTrace(text);
  if (!read.ok) return read;
  return { ok: true, value: goldenOf(read.value.driver, read.value.trace) };
}
