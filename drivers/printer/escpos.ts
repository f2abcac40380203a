/**
 * Receipt printer over ESC/POS (Epson TM and the many that speak like it). A job is printed when
 * the printer says so: status before, the bytes, an answer in turn (GS r 1) that comes only after
 * everything before it is on paper, and the status again. Bytes written prove nothing.
 * Bytes: golden/escpos.txt; rendering: escpos-render.ts; status: escpos-status.ts, profiles.ts.
 */
import { Type } from 'typebox';
import {
  type ByteWire,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  defineDriver,
  type Printer,
  type PrintJob,
  type PrintOutcome,
  type Wire,
  WireError,
} from '../contract.ts';
import { say } from '../say.ts';
import { layoutJob } from './escpos-layout.ts';
import { type Paper, renderJob } from './escpos-render.ts';
import { readStatus, type StatusLine, statusDecoder, statusLine } from './escpos-status.ts';
import { type Obstacle, obstacleOf, publisher, type Reading } from './news.ts';
import { PROFILES, type PrinterProfile } from './profiles.ts';
import { countPaper, oneAtATime, poll, sendWhole } from './talk.ts';

/** While a job prints, how often the printer is asked whether it still can. */
const PROGRESS_MS = 1000;
const CONNECT_TRIES = 3;

const options = Type.Object(
  {
    columns: Type.Union([Type.Literal(32), Type.Literal(48)], {
      default: 32,
      about: say('每行字符数：58 mm 纸 32，80 mm 纸 48', 'Characters on a line'),
    }),
    cut: Type.Union([Type.Literal('partial'), Type.Literal('full')], {
      default: 'partial',
      about: say('半切或全切', 'Cut leaving a bridge, or through'),
    }),
    profile: Type.Union([Type.Literal('standard'), Type.Literal('hmk-830')], {
      default: 'standard',
      about: say('状态字节的读法', 'How the model’s status bytes are read'),
    }),
    confirm: Type.Union([Type.Literal('in-turn'), Type.Literal('status')], {
      default: 'in-turn',
      about: say(
        '打印完成的依据：依次应答，或只看状态',
        'GS r in turn, or status alone where unknown',
      ),
    }),
    printTimeoutMs: Type.Integer({
      default: 15_000,
      minimum: 2000,
      maximum: 120_000,
      about: say('一张小票最长的打印时间', 'Longest time one job may take to print'),
    }),
  },
  { additionalProperties: false },
);

interface Settings extends Paper {
  profile: PrinterProfile['name'];
  confirm: 'in-turn' | 'status';
  printTimeoutMs: number;
}

const DEFAULTS: Settings = {
  columns: 32,
  cut: 'partial',
  profile: 'standard',
  confirm: 'in-turn',
  printTimeoutMs: 15_000,
};

export const escpos = defineDriver<Printer>({
  name: 'escpos',
  kind: 'printer',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['status', 'print', 'layout', 'locate'],
  title: {
    zh: 'ESC/POS 小票打印机（爱普生 TM、思普瑞特、汉印、佳博、芯烨等）',
    en: 'ESC/POS receipt printers (Epson TM, SPRT, HPRT, Gprinter, XPrinter …)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 10_000,
  decoder: (given) => statusDecoder(PROFILES[settingsOf(given).profile]),
  connect,
});

function settingsOf(given: Record<string, unknown>): Settings {
  return { ...DEFAULTS, ...given };
}

async function connect(
  wire: Wire,
  given: Record<string, unknown>,
  context: DriverContext,
): Promise<Printer> {
  if (wire.kind !== 'bytes') {
    throw new DriverError(
      'WRONG_WIRE',
      say(`${wire.address}: 需要串口或 tcp`, `${wire.address}: Needs serial or tcp`),
      false,
    );
  }
  const settings = settingsOf(given);
  const profile = PROFILES[settings.profile];
  const publish = publisher(context);
  const line = statusLine(wire, profile, context, publish);
  context.signal.addEventListener('abort', line.stop, { once: true });
  try {
    await identify(line, profile, wire.address);
  } catch (error) {
    line.stop();
    throw error;
  }
  const read = async (): Promise<Reading> => {
    const reading = await readStatus(line, profile, () => context.clock.monoMs());
    publish(reading);
    return reading;
  };
  await read();
  const session = { wire, line, read, settings, profile, context };
  const inTurn = oneAtATime();
  const stopPolling = poll(() => inTurn(read), line.closed, context);
  return {
    kind: 'printer',
    status: async () => (await inTurn(read)).status,
    print: (job) => inTurn(() => printJob(session, job)),
    layout: (job) => [layoutJob(job, settings)],
    locate: () => inTurn(() => moveThePaper(session)),
    async close() {
      stopPolling();
      line.stop();
      context.signal.removeEventListener('abort', line.stop);
      await wire.close();
    },
  };
}

/** A printer answers question 1 as its profile says; anything else on this port is none. */
async function identify(line: StatusLine, profile: PrinterProfile, address: string): Promise<void> {
  for (let attempt = 1; attempt <= CONNECT_TRIES; attempt++) {
    const byte = await line.ask(1);
    if (byte === undefined) continue;
    if (profile.read(1, byte) !== undefined) return;
    throw new DriverError(
      'WRONG_DEVICE',
      say(
        `${address}: 应答 ${byte.toString(16)} 不是打印机状态`,
        `${address}: The answer is no printer status`,
      ),
    );
  }
  throw new DriverError(
    'NO_REPLY',
    say(`${address}: 打印机没有应答`, `${address}: The printer does not answer`),
  );
}

// ---- printing -----------------------------------------------------------------------------------

interface Session {
  wire: ByteWire;
  line: StatusLine;
  read: () => Promise<Reading>;
  settings: Settings;
  profile: PrinterProfile;
  context: DriverContext;
}

/** Few receipt printers have a buzzer, all have a motor: it is seen and heard feeding paper. */
async function moveThePaper(session: Session): Promise<DeviceOutcome> {
  const moved = await printJob(session, { jobId: 'locate', lines: [{ feed: 4 }] });
  return moved.ok ? { ok: true } : { ok: false, reason: moved.reason };
}

async function printJob(session: Session, job: PrintJob): Promise<PrintOutcome> {
  const before = obstacleOf(await session.read());
  if (before !== undefined) return { ok: false, reason: before, sent: false };
  const bytes = renderJob(job, session.settings);
  const sent = await sendWhole(session.wire, bytes, session.line.closed, session.context);
  if (sent !== 'all') {
    const now = obstacleOf(await session.read());
    return { ok: false, reason: now ?? 'no-answer', sent: sent === 'some' };
  }
  const after = (await finish(session)) ?? obstacleOf(await session.read());
  if (after !== undefined) return { ok: false, reason: after, sent: true };
  countPaper(session.context, job);
  return { ok: true };
}

/** Waits until the printer has printed all it got; the reason where it cannot. */
async function finish(session: Session): Promise<Obstacle | undefined> {
  const { line, settings, profile, context } = session;
  if (settings.confirm !== 'in-turn' || !profile.answersInTurn) return undefined;
  const deadlineMs = context.clock.monoMs() + settings.printTimeoutMs;
  try {
    const turn = await line.askInTurn();
    while (!turn.answered()) {
      await turn.wait(PROGRESS_MS);
      if (turn.answered()) break;
      if (line.closed() || context.clock.monoMs() >= deadlineMs) {
        turn.giveUp();
        return 'no-answer';
      }
      const now = obstacleOf(await session.read());
      // A printer too busy to answer may still be printing: the deadline decides.
      if (now !== undefined && now !== 'no-answer') return now;
    }
    return undefined;
  } catch (error) {
    if (error instanceof WireError) return 'no-answer';
    throw error;
  }
}
