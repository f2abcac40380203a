/**
 * Label printer over TSPL/TSPL2 (TSC and the many that speak like it). A label is printed when
 * the printer says so: status before, the bytes, and then the status until it is ready again.
 * ESC ! ? is answered at once with one byte, also while printing:
 *
 * | byte          | meaning                                                        |
 * |---------------|----------------------------------------------------------------|
 * | 00            | ready                                                          |
 * | 01 02 04 08   | head open, paper jam, paper out, ribbon out; and sums of these |
 * | 10 · 20 · 80  | paused · printing · another error                              |
 *
 * Any other byte is "not understood", never "ready". Rendering: tspl-render.ts; bytes:
 * golden/tspl.txt. Source: TSC, TSPL/TSPL2 Programming Manual.
 */
import { Type } from 'typebox';
import { type Asking, asking } from '../asking.ts';
import {
  type ByteWire,
  type DecodedItem,
  type Decoder,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  defineDriver,
  type Printer,
  type PrinterStatus,
  type PrintJob,
  type PrintOutcome,
  type Wire,
} from '../contract.ts';
import { toHex } from '../hex.ts';
import { say } from '../say.ts';
import { obstacleOf, publisher, type Reading, silent } from './news.ts';
import { countPaper, oneAtATime, poll, sendWhole } from './talk.ts';
import type { LabelPaper } from './tspl-codes.ts';
import { layoutLabels, renderLabels } from './tspl-render.ts';

const ASK_STATUS = Uint8Array.of(0x1b, 0x21, 0x3f);
/** Three tones, from the printer's own buzzer; `SOUND level,interval`. */
const BEEP = new TextEncoder().encode('\r\nSOUND 5,200\r\nSOUND 5,200\r\nSOUND 5,200\r\n');
const ANSWER_MS = 1000;
/** After a silence the line settles, lest a late answer be taken for the next. */
const SETTLE_MS = 200;
const CONNECT_TRIES = 3;
/** A label takes longer than this, so that a printer at work is seen at work. */
const PROGRESS_MS = 100;
/** Ready this often in a row is done: between two labels a printer is ready for an instant. */
const READY_IN_A_ROW = 3;
/** A printer that was never seen at work may not have begun: it gets this long. */
const UNSEEN_MS = 2000;

const options = Type.Object(
  {
    widthMm: Type.Integer({
      default: 60,
      minimum: 30,
      maximum: 110,
      about: say('标签宽度，毫米', 'Label width, mm'),
    }),
    heightMm: Type.Integer({
      default: 60,
      minimum: 20,
      maximum: 200,
      about: say(
        '标签高度，毫米（连续纸不用）；放不下的印到下一张',
        'Label height, mm (not on a roll without gaps); what does not fit goes on the next',
      ),
    }),
    gapMm: Type.Integer({
      default: 2,
      minimum: 0,
      maximum: 10,
      about: say('标签间隙，毫米；0 为连续纸', 'Gap between labels, mm; 0: a roll without gaps'),
    }),
    dotsPerMm: Type.Union([Type.Literal(8), Type.Literal(12)], {
      default: 8,
      about: say('分辨率：203 dpi 为 8，300 dpi 为 12', 'Resolution: 8 at 203 dpi, 12 at 300 dpi'),
    }),
    cutter: Type.Boolean({ default: false, about: say('装有切刀', 'A cutter is fitted') }),
    printTimeoutMs: Type.Integer({
      default: 15_000,
      minimum: 2000,
      maximum: 120_000,
      about: say('一个任务最长的打印时间', 'Longest time one job may take to print'),
    }),
  },
  { additionalProperties: false },
);

interface Settings extends LabelPaper {
  printTimeoutMs: number;
}

const DEFAULTS: Settings = {
  widthMm: 60,
  heightMm: 60,
  gapMm: 2,
  dotsPerMm: 8,
  cutter: false,
  printTimeoutMs: 15_000,
};

export const tspl = defineDriver<Printer>({
  name: 'tspl',
  kind: 'printer',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['status', 'print', 'layout', 'locate'],
  title: {
    zh: 'TSPL 标签打印机（TSC、佳博、汉印、芯烨等）',
    en: 'TSPL label printers (TSC, Gprinter, HPRT, XPrinter …)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 10_000,
  decoder: statusDecoder,
  connect,
});

// ---- bytes --------------------------------------------------------------------------------------

type Facts = Pick<PrinterStatus, 'paper' | 'cover' | 'online' | 'error'> & {
  work: 'ready' | 'printing' | 'paused' | 'stopped';
};

/** Facts of one status byte, or undefined where it was not understood. */
function factsOf(byte: number): Facts | undefined {
  const well = { paper: 'ok', cover: 'closed', online: true } as const;
  if (byte === 0x00) return { ...well, work: 'ready' };
  if (byte === 0x20) return { ...well, work: 'printing' };
  if (byte === 0x10) return { ...well, online: false, work: 'paused' };
  if (byte === 0x80) return { ...well, online: false, error: 'unrecoverable', work: 'stopped' };
  if (byte > 0x0f) return undefined;
  return {
    paper: (byte & 0x04) !== 0 ? 'out' : 'ok',
    cover: (byte & 0x01) !== 0 ? 'open' : 'closed',
    online: false,
    // A jam and a ribbon that is out are both put right at the mechanism.
    ...((byte & 0x0a) !== 0 ? { error: 'mechanical' as const } : {}),
    work: 'stopped',
  };
}

/** Every byte is an answer; one of no known meaning is `unknown`. */
function statusDecoder(): Decoder {
  const itemOf = (byte: number): DecodedItem => {
    const hex = toHex(Uint8Array.of(byte));
    const facts = factsOf(byte);
    return facts === undefined ? { kind: 'unknown', hex } : { kind: 'status', hex, ...facts };
  };
  return { push: (bytes) => [...bytes].map(itemOf), end: () => [] };
}

// ---- session ------------------------------------------------------------------------------------

interface Session {
  wire: ByteWire;
  settings: Settings;
  context: DriverContext;
  line: Asking<DecodedItem>;
  /** The last question got no answer in time: it may still come. */
  late: boolean;
  publish: (reading: Reading) => void;
}

async function connect(
  wire: Wire,
  given: Record<string, unknown>,
  context: DriverContext,
): Promise<Printer> {
  if (wire.kind !== 'bytes') {
    const text = say(`${wire.address}: 需要串口或 tcp`, `${wire.address}: Needs serial or tcp`);
    throw new DriverError('WRONG_WIRE', text, false);
  }
  const unasked = (): void => context.count('M_UnaskedAnswerCount');
  const line = asking(wire, context, statusDecoder(), unasked);
  const settings = { ...DEFAULTS, ...given };
  const publish = publisher(context);
  const session: Session = { wire, settings, context, line, late: false, publish };
  wire.onClose(() => line.end());
  await identify(session);
  const inTurn = oneAtATime();
  const stopPolling = poll(() => inTurn(() => read(session)), line.ended, context);
  return {
    kind: 'printer',
    status: async () => (await inTurn(() => read(session))).status,
    print: (job) => inTurn(() => printJob(session, job)),
    layout: (job) => layoutLabels(job, settings),
    locate: () => inTurn(() => beep(session)),
    async close() {
      stopPolling();
      line.end();
      await wire.close();
    },
  };
}

/** A printer answers with a byte of the table; anything else on this port is none. */
async function identify(session: Session): Promise<void> {
  const { line, wire } = session;
  for (let attempt = 1; attempt <= CONNECT_TRIES && !line.ended(); attempt++) {
    const { answered, understood } = await read(session);
    // Twice the answer of a printer: one byte may be chance on a line at another speed.
    if (understood && (await read(session)).understood) return;
    if (!answered) continue;
    line.end();
    const text = say(
      `${wire.address}: 应答不是 TSPL 状态`,
      `${wire.address}: The answer is no TSPL status`,
    );
    throw new DriverError('WRONG_DEVICE', text);
  }
  line.end();
  throw new DriverError(
    'NO_REPLY',
    say(`${wire.address}: 打印机没有应答`, `${wire.address}: The printer does not answer`),
  );
}

type TsplReading = Reading & { work?: Facts['work'] };

/** Asks for the status. Never rejects; tells people what changed. */
async function read(session: Session): Promise<TsplReading> {
  const { line, context } = session;
  if (session.late) await line.rest(SETTLE_MS);
  const item = await line.ask(ASK_STATUS, (heard) => heard, ANSWER_MS);
  session.late = item === undefined;
  const atMs = context.clock.monoMs();
  if (item === undefined) return silent(atMs);
  context.alive();
  const reading = readingOf(item, atMs);
  session.publish(reading);
  return reading;
}

function readingOf(item: DecodedItem, atMs: number): TsplReading {
  const facts = factsOf(Number.parseInt(String(item.hex), 16));
  if (facts === undefined) return { ...silent(atMs), answered: true };
  const { work, ...known } = facts;
  const status: PrinterStatus = { kind: 'printer-status', ...known, atMs };
  return { status, answered: true, understood: true, work };
}

// ---- printing -----------------------------------------------------------------------------------

async function printJob(session: Session, job: PrintJob): Promise<PrintOutcome> {
  const { wire, line, settings, context } = session;
  const before = obstacleOf(await read(session));
  if (before !== undefined) return { ok: false, reason: before, sent: false };
  const sent = await sendWhole(wire, renderLabels(job, settings), line.ended, context);
  if (sent !== 'all') {
    const now = obstacleOf(await read(session));
    return { ok: false, reason: now ?? 'no-answer', sent: sent === 'some' };
  }
  const after = await finish(session);
  if (after !== undefined) return { ok: false, reason: after, sent: true };
  countPaper(context, job);
  return { ok: true };
}

/** A beep has no answer of its own: the status after it tells whether the printer heard. */
async function beep(session: Session): Promise<DeviceOutcome> {
  const sent = await sendWhole(session.wire, BEEP, session.line.ended, session.context);
  if (sent !== 'all') return { ok: false, reason: 'NO_REPLY' };
  return (await read(session)).answered ? { ok: true } : { ok: false, reason: 'NO_REPLY' };
}

/** Waits until the printer was at work and is ready again; the reason where it is not. */
async function finish(session: Session): Promise<ReturnType<typeof obstacleOf>> {
  const { line, context, settings } = session;
  const startMs = context.clock.monoMs();
  let seen = false;
  let readyInARow = 0;
  let last: ReturnType<typeof obstacleOf> = 'no-answer';
  while (!line.ended() && context.clock.monoMs() - startMs < settings.printTimeoutMs) {
    const reading = await read(session);
    last = obstacleOf(reading);
    // A printer too busy to answer may still be printing: the deadline decides.
    if (last !== undefined && last !== 'no-answer') return last;
    seen ||= reading.work === 'printing';
    readyInARow = reading.work === 'ready' ? readyInARow + 1 : 0;
    const longEnough = context.clock.monoMs() - startMs >= UNSEEN_MS;
    if (readyInARow >= READY_IN_A_ROW && (seen || longEnough)) {
      if (!seen) context.count('M_UnseenPrintCount');
      return undefined;
    }
    await line.rest(PROGRESS_MS);
  }
  return last ?? 'no-answer';
}
