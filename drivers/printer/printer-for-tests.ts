/** A printer at the far end of a wire in memory, and a driver connected to it in simulated time. */
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import type {
  ByteWire,
  DeviceEvent,
  DriverContext,
  Printer,
  PrintJob,
  ReasonCode,
} from '../contract.ts';
import { memoryPair } from '../wire/memory.ts';
import { escpos } from './escpos.ts';
import type { Question } from './profiles.ts';

export const JOB: PrintJob = {
  jobId: 'r-1',
  lines: [{ text: '合计 ¥12.34' }, { qr: 'x' }, { cut: true }],
};

/** Answers as a healthy printer does, but for what a test changes. */
export interface FakePrinter {
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

export interface Bench {
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
export async function inTime<T>(
  clock: ManualClock,
  promise: Promise<T>,
  limitMs = 60_000,
): Promise<T> {
  let done = false;
  const watched = promise.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  for (let passed = 0; !done && passed < limitMs; passed += 50) await clock.advance(50);
  return watched;
}

/** Time passes in small steps, so that a conversation keeps up with it. */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await clock.advance(50);
}

export async function connected(
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
