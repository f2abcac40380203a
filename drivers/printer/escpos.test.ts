import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import type {
  ByteWire,
  DeviceEvent,
  DriverContext,
  Printer,
  PrintJob,
  PrintOutcome,
  ReasonCode,
} from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { memoryPair } from '../wire/memory.ts';
import { escpos } from './escpos.ts';
import { PROFILES, type Question } from './profiles.ts';

const golden = parseGolden(readFileSync(new URL('./golden/escpos.txt', import.meta.url), 'utf8'));
const JOB: PrintJob = {
  jobId: 'r-1',
  lines: [{ text: '合计 ¥12.34' }, { qr: 'x' }, { cut: true }],
};

// ---- a printer to talk to ------------------------------------------------------------------------------

/** Answers as a healthy printer does, but for what a test changes. */
interface FakePrinter {
  /** Answer byte to each question; undefined is silence. */
  answers: Record<Question, number | undefined>;
  /** GS r 1, in turn; undefined while it cannot go on. */
  sensor: number | undefined;
  /** Bytes of documents received. */
  paper: number[];
  questions: Question[];
  say(...bytes: number[]): void;
  /** What happens when the first byte of a document arrives. */
  onPaper?: () => void;
}

function fakePrinter(far: ByteWire): FakePrinter {
  const printer: FakePrinter = {
    answers: { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 },
    sensor: 0x00,
    paper: [],
    questions: [],
    say: (...bytes) => void far.write(Uint8Array.from(bytes)),
  };
  let held: number[] = [];
  far.onBytes((bytes) => {
    held.push(...bytes);
    while (held.length > 0) {
      const [first, second, third] = held;
      if (first === 0x10 && second === 0x04) {
        if (third === undefined) return;
        const question = third as Question;
        held = held.slice(3);
        printer.questions.push(question);
        const answer = printer.answers[question];
        if (answer !== undefined) printer.say(answer);
      } else if (first === 0x1d && second === 0x72) {
        if (third === undefined) return;
        held = held.slice(3);
        if (printer.sensor !== undefined) printer.say(printer.sensor);
      } else {
        if (printer.paper.length === 0) printer.onPaper?.();
        printer.paper.push(first!);
        held = held.slice(1);
      }
    }
  });
  return printer;
}

interface Bench {
  device: Printer;
  printer: FakePrinter;
  clock: ManualClock;
  near: ByteWire;
  far: ByteWire;
  events: DeviceEvent[];
  warnings: (ReasonCode | undefined)[];
  counts: Record<string, number>;
  letGo: AbortController;
}

/** Lets simulated time run until the promise is there. */
async function inTime<T>(clock: ManualClock, promise: Promise<T>, limitMs = 60_000): Promise<T> {
  let done = false;
  const watched = promise.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  for (let passed = 0; !done && passed < limitMs; passed += 50) await clock.advance(50);
  return watched;
}

/** Time passes in small steps, so that a conversation keeps up with it. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await clock.advance(50);
}

async function connected(
  prepare: (printer: FakePrinter) => void = () => {},
  options: Record<string, unknown> = {},
): Promise<Bench> {
  const clock = manualClock();
  const [near, far] = memoryPair();
  const printer = fakePrinter(far);
  prepare(printer);
  const events: DeviceEvent[] = [];
  const warnings: (ReasonCode | undefined)[] = [];
  const counts: Record<string, number> = {};
  const letGo = new AbortController();
  const context: DriverContext = {
    clock,
    log: { debug: () => {}, warn: () => {} },
    signal: letGo.signal,
    connection: 1,
    alive: () => {},
    emit: (event) => events.push(event),
    warn: (reason) => warnings.push(reason),
    count: (statistic, by = 1) => {
      counts[statistic] = (counts[statistic] ?? 0) + by;
    },
  };
  const device = await inTime(clock, escpos.connect(near, options, context));
  return { device, printer, clock, near, far, events, warnings, counts, letGo };
}

// ---- bytes -------------------------------------------------------------------------------------------

test('every golden answer means what the file says, alone and all in one run', () => {
  const answers = golden.lines.filter((line) => line.direction === 'rx');
  expect(answers.length).toBeGreaterThan(15);
  for (const { bytes, meaning } of answers) {
    const decoder = escpos.decoder({});
    expect([...decoder.push(bytes), ...decoder.end()]).toEqual(meaning);
  }
  const decoder = escpos.decoder({});
  const run = answers.flatMap(({ bytes }) =>
    [...bytes].flatMap((one) => decoder.push(Uint8Array.of(one))),
  );
  expect(run).toEqual(answers.flatMap((line) => line.meaning));
});

test('a byte of no status is noise, and a cut push does not swallow the answer behind it', () => {
  const decoder = escpos.decoder({});
  expect(decoder.push(Uint8Array.of(0x95, 0xff, 0x12))).toEqual([
    { kind: 'discarded', hex: '95 FF' },
    { kind: 'status', hex: '12' },
  ]);
  expect(decoder.push(Uint8Array.of(0x18, 0x00, 0x12))).toEqual([
    { kind: 'discarded', hex: '18' },
    { kind: 'paper-sensor', hex: '00', paper: 'ok' },
    { kind: 'status', hex: '12' },
  ]);
  expect([...decoder.push(Uint8Array.of(0x10)), ...decoder.end()]).toEqual([
    { kind: 'discarded', hex: '10' },
  ]);
});

test('of all 256 bytes only those with the fixed bits are understood, to every question', () => {
  for (let byte = 0; byte < 256; byte++) {
    const standard = (byte & 0x93) === 0x12;
    for (const question of [1, 2, 3, 4] as const) {
      expect(PROFILES.standard.read(question, byte) !== undefined).toBe(standard);
    }
  }
});

// ---- status ------------------------------------------------------------------------------------------

type Answers = Partial<Record<Question, number>>;
const STATES: [string, Answers, object, ReasonCode | undefined, PrintOutcome | 'printed'][] = [
  ['ready', {}, { paper: 'ok', cover: 'closed', online: true }, undefined, 'printed'],
  ['low on paper', { 4: 0x1e }, { paper: 'low', online: true }, 'PAPER_LOW', 'printed'],
  [
    'out of paper',
    { 1: 0x1a, 2: 0x32, 4: 0x72 },
    { paper: 'out', online: false },
    'PAPER_OUT',
    { ok: false, reason: 'paper-out', sent: false },
  ],
  [
    'stopped by paper end while the sensor says otherwise',
    { 2: 0x32 },
    { paper: 'out' },
    'PAPER_OUT',
    { ok: false, reason: 'paper-out', sent: false },
  ],
  [
    'with the cover open',
    { 1: 0x1a, 2: 0x16 },
    { cover: 'open', online: false },
    'COVER_OPEN',
    { ok: false, reason: 'cover-open', sent: false },
  ],
  [
    'with a jammed cutter',
    { 1: 0x1a, 2: 0x52, 3: 0x1a },
    { error: 'cutter' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'too hot',
    { 2: 0x52, 3: 0x52 },
    { error: 'temperature' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'with an error it cannot explain',
    { 2: 0x52, 3: 0x12 },
    { error: 'unrecoverable' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'off-line for no reason it tells',
    { 1: 0x1a },
    { online: false, cover: 'closed' },
    'PRINTER_ERROR',
    { ok: false, reason: 'offline', sent: false },
  ],
  [
    'answering in a way nobody knows',
    { 4: 0xff },
    { paper: 'unknown', cover: 'closed' },
    'STATUS_UNKNOWN',
    { ok: false, reason: 'error', sent: false },
  ],
];

test.each(STATES)(
  'a printer %s says so, and prints only if it can',
  async (_, answers, status, reason, outcome) => {
    const bench = await connected((printer) => Object.assign(printer.answers, answers));
    const { device, clock, printer, warnings, events } = bench;
    expect(await inTime(clock, device.status())).toMatchObject(status);
    expect(warnings).toEqual([reason]);
    expect(events).toHaveLength(1);
    const printed = await inTime(clock, device.print(JOB));
    expect(printed).toEqual(outcome === 'printed' ? { ok: true } : outcome);
    expect(printer.paper.length > 0).toBe(outcome === 'printed');
  },
);

test('a change is told once, within two seconds, and taken back when it is mended', async () => {
  const { printer, clock, events, warnings } = await connected();
  await pass(clock, 10_000);
  expect(events).toHaveLength(1);
  printer.answers[2] = 0x16;
  await pass(clock, 2100);
  printer.answers[2] = 0x12;
  await pass(clock, 6000);
  expect(warnings).toEqual([undefined, 'COVER_OPEN', undefined]);
  expect(events).toHaveLength(3);
});

test('a printer that pushes its status is heard at once', async () => {
  const { printer, clock, warnings } = await connected();
  printer.say(0x18, 0x00, 0x0c, 0x00);
  await settle();
  expect(warnings).toEqual([undefined, 'PAPER_OUT']);
  await pass(clock, 2100);
  expect(warnings).toEqual([undefined, 'PAPER_OUT', undefined]);
});

test('a late answer is not taken for the answer to the next question', async () => {
  const { device, printer, clock } = await connected();
  printer.answers[1] = undefined;
  const asked = device.status();
  expect(await inTime(clock, asked)).toMatchObject({ online: false, paper: 'unknown' });
  // The silent answer to question 1 comes now, off-line bit set, before the next is asked.
  printer.say(0x1a);
  printer.answers[1] = 0x12;
  const next = device.status();
  printer.say(0x1a);
  expect(await inTime(clock, next)).toMatchObject({ online: true, paper: 'ok', cover: 'closed' });
});

test('the Hwasung profile reads its own bits, and asks nothing the printer does not know', async () => {
  const bench = await connected(
    (printer) => {
      printer.answers[2] = 0x08;
    },
    { profile: 'hmk-830' },
  );
  expect(bench.events[0]).toMatchObject({ paper: 'low', cover: 'closed', online: true });
  expect(await inTime(bench.clock, bench.device.print(JOB))).toEqual({ ok: true });
  for (const [byte, status] of [
    [0x01, { paper: 'out' }],
    [0x02, { cover: 'open' }],
    [0x04, { error: 'mechanical' }],
    [0x10, { paper: 'ok', cover: 'closed' }],
    [0x20, { error: 'cutter' }],
  ] as const) {
    bench.printer.answers[2] = byte;
    expect(await inTime(bench.clock, bench.device.status())).toMatchObject(status);
  }
  expect(new Set(bench.printer.questions)).toEqual(new Set([1, 2]));
});

// ---- printing ----------------------------------------------------------------------------------------

test('a job is printed when the printer said so, and its paper is counted', async () => {
  const { device, printer, clock, counts } = await connected();
  printer.questions.length = 0;
  expect(await inTime(clock, device.print(JOB))).toEqual({ ok: true });
  expect(printer.questions).toEqual([1, 2, 4, 1, 2, 4]);
  expect(Buffer.from(printer.paper).toString('hex')).toMatch(/^1b401c26.*1d564200$/);
  expect(counts).toMatchObject({
    ReceiptLinePrintedCount: 1,
    BarcodePrintedCount: 1,
    PaperCutCount: 1,
  });
});

test('two jobs at once are printed one after the other', async () => {
  const { device, printer, clock } = await connected();
  const both = Promise.all([device.print(JOB), device.print({ ...JOB, copy: true })]);
  expect(await inTime(clock, both)).toEqual([{ ok: true }, { ok: true }]);
  const hex = Buffer.from(printer.paper).toString('hex');
  expect(hex.split('1b401c26')).toHaveLength(1 + 2);
  expect(hex.endsWith('1d564200')).toBe(true);
});

test('paper that runs out in the middle of a job is not a printed job', async () => {
  const { device, printer, clock } = await connected();
  printer.onPaper = () => {
    printer.sensor = undefined;
    Object.assign(printer.answers, { 1: 0x1a, 2: 0x32, 4: 0x72 });
  };
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'paper-out', sent: true });
});

test('a printer that takes everything and then says nothing has printed nothing for certain', async () => {
  const { device, printer, clock } = await connected();
  printer.onPaper = () => {
    printer.sensor = undefined;
    printer.answers = { 1: undefined, 2: undefined, 3: undefined, 4: undefined };
  };
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

test('a slow printer is waited for while it says it is well', async () => {
  const { device, printer, clock } = await connected();
  printer.sensor = undefined;
  const printing = device.print(JOB);
  await pass(clock, 9000);
  printer.say(0x00);
  expect(await inTime(clock, printing)).toEqual({ ok: true });
});

test('a printer that never answers in turn is given up after its time', async () => {
  const { device, printer, clock } = await connected(() => {}, { printTimeoutMs: 4000 });
  printer.sensor = undefined;
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

test('where the model knows no answer in turn, status alone confirms', async () => {
  const { device, printer, clock } = await connected(() => {}, { confirm: 'status' });
  printer.sensor = undefined;
  expect(await inTime(clock, device.print(JOB))).toEqual({ ok: true });
});

test('a pulled cable before the job sends nothing; in the middle of it, something', async () => {
  const before = await connected();
  await before.far.close();
  await settle();
  const nothing = await inTime(before.clock, before.device.print(JOB));
  expect(nothing).toEqual({ ok: false, reason: 'no-answer', sent: false });

  const during = await connected();
  during.printer.onPaper = () => void during.far.close();
  const long: PrintJob = { jobId: 'long', lines: Array(60).fill({ text: '一二三四五六七八' }) };
  const part = await inTime(during.clock, during.device.print(long));
  expect(part).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

// ---- coming and going ----------------------------------------------------------------------------------

test('silence on the line is NO_REPLY, a scale on the line is the WRONG_DEVICE', async () => {
  const nobody = connected((printer) => {
    printer.answers[1] = undefined;
  });
  await expect(nobody).rejects.toMatchObject({ code: 'NO_REPLY', retry: true });
  const scale = connected((printer) => {
    printer.answers[1] = 0x06;
  });
  await expect(scale).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
});

test('a printer that is switched on late is found at the second question', async () => {
  const { printer, warnings } = await connected((one) => {
    const answer = () => (one.questions.length > 1 ? 0x12 : undefined);
    Object.defineProperty(one.answers, 1, { get: answer });
  });
  expect(printer.questions).toEqual([1, 1, 1, 2, 4]);
  expect(warnings).toEqual([undefined]);
});

test('closing leaves no timer, ends what waits, and prints nothing afterwards', async () => {
  const { device, printer, clock, letGo } = await connected();
  printer.sensor = undefined;
  const waiting = device.print(JOB);
  await pass(clock, 1500);
  await device.close();
  letGo.abort();
  expect(await inTime(clock, waiting)).toEqual({ ok: false, reason: 'no-answer', sent: true });
  printer.paper.length = 0;
  const refused = await inTime(clock, device.print(JOB));
  expect(refused).toEqual({ ok: false, reason: 'no-answer', sent: false });
  expect(printer.paper).toEqual([]);
  expect(clock.timers()).toBe(0);
});
