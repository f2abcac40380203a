/**
 * A scale that is asked on and on by one question. The rules of a protocol come as a value; here
 * is what all of them share: the judgement of what is at the far end, late answers let pass,
 * refusals and noise that become warnings, and commands between two questions.
 */

import { type Asking, asking, type LineDecoder } from '../asking.ts';
import {
  type ByteWire,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  type ReasonCode,
  type ScaleReading,
  type Wire,
} from '../contract.ts';
import { say, type Text, textOf } from '../say.ts';

/** A scale reading as it is on the wire, before it has an age. */
export type WireReading = Omit<ScaleReading, 'atMs'>;

/** What an answer to the question says. */
export type PolledAnswer =
  | WireReading
  /** Understood, but there is no weight just now. */
  | { kind: 'not-ready' }
  /** Not understood; `said` is the scale's own word for it. */
  | { kind: 'refused'; said: string }
  /** Another protocol, near enough to be taken for this one. */
  | { kind: 'look-alike'; maker: string };

export interface PolledProtocol<I extends { kind: string }> {
  decoder: LineDecoder<I>;
  /** Its bytes; or how it is asked, where that takes more than one sentence. */
  question: Uint8Array | ((line: Asking<I>) => Promise<PolledAnswer | undefined>);
  /** How long an answer may take. */
  replyMs: number;
  /** From one question to the next. */
  pollMs: number;
  /** What an item says in answer to the question; undefined where it is no answer to it. */
  answer(item: I): PolledAnswer | undefined;
  /** Asked before the first question: who are you? An error ends the connection. */
  introduce?(line: Asking<I>): Promise<DriverError | undefined>;
  /** After a question nobody answered: true where no answer to it can come any more. */
  resynchronise?(line: Asking<I>): Promise<boolean>;
}

/** Exchanges without a weight before the device is judged. */
const PROBES = 3;
/** Long enough for a late answer to pass by unheard, where nothing better is known. */
export const LATE_MS = 400;
/** Answers without a weight in a row before "not ready" is a fault and not a hiccup. */
const REFUSALS_TO_FAULT = 5;
const LOOK_ALIKES_TO_JUDGE = 2;
/** Spoilt exchanges in a row before a person is told. */
const SPOILT_TO_WARN = 2;
/** The line must not be flooded, however long an answer took. */
const MIN_REST_MS = 10;

/** Readings in a row: a plate swings through zero and over its top when goods come or go. */
const OUT_OF_RANGE_TO_WARN = 5;

const WARNINGS: Partial<Record<ScaleReading['kind'], ReasonCode>> = {
  overload: 'SCALE_OVER',
  underload: 'SCALE_UNDER_ZERO',
  fault: 'SCALE_FAULT',
};

export interface Polled<I extends { kind: string }> {
  line: Asking<I>;
  /** The newest reading's kind; undefined before the first. */
  last(): ScaleReading['kind'] | undefined;
  /**
   * Runs `task` between two questions, one at a time. `BUSY` while another waits, `CLOSED` where
   * the connection is over before it was done.
   */
  command(task: () => Promise<DeviceOutcome>): Promise<DeviceOutcome>;
  /** Gives a reading out that was heard outside the question. */
  report(reading: WireReading): void;
  close(): Promise<void>;
}

interface Talk<I extends { kind: string }> {
  wire: ByteWire;
  context: DriverContext;
  protocol: PolledProtocol<I>;
  line: Asking<I>;
  task: { run(): Promise<DeviceOutcome>; done(outcome: DeviceOutcome): void } | undefined;
  last: ScaleReading['kind'] | undefined;
  exchanges: number;
  /** Answers in a row without a weight. */
  notReady: number;
  /** Readings in a row below zero or over the top. */
  outOfRange: number;
  /** Exchanges in a row that were spoilt or refused. */
  spoilt: number;
  /** Answers in another protocol in a row: one may be a damaged line. */
  lookAlikes: number;
  maker: string;
}

const isReading = (answer: PolledAnswer): answer is WireReading =>
  answer.kind !== 'not-ready' && answer.kind !== 'refused' && answer.kind !== 'look-alike';

/** Gives a reading out, with the warning it stands for. */
function report<I extends { kind: string }>(talk: Talk<I>, reading: WireReading): void {
  const { context } = talk;
  const outOfRange = reading.kind === 'underload' || reading.kind === 'overload';
  talk.outOfRange = outOfRange ? talk.outOfRange + 1 : 0;
  talk.last = reading.kind;
  talk.lookAlikes = 0;
  talk.spoilt = 0;
  context.alive();
  if (reading.grams !== undefined) context.count('GoodWeightReadCount');
  if (!outOfRange || talk.outOfRange >= OUT_OF_RANGE_TO_WARN) {
    context.warn(WARNINGS[reading.kind], reading.fault);
  }
  context.emit({ ...reading, atMs: talk.line.asOfMs() });
}

function spoilt<I extends { kind: string }>(talk: Talk<I>, why: Text): void {
  if (++talk.spoilt === SPOILT_TO_WARN) talk.context.warn('BAD_FRAMES', why);
}

function accept<I extends { kind: string }>(talk: Talk<I>, answer: PolledAnswer): void {
  if (isReading(answer)) {
    talk.notReady = 0;
    report(talk, answer);
  } else if (answer.kind === 'look-alike') {
    talk.maker = answer.maker;
    if (++talk.lookAlikes === LOOK_ALIKES_TO_JUDGE) talk.line.end();
  } else {
    talk.context.alive();
    if (answer.kind === 'refused') {
      talk.context.count('CommunicationErrorCount');
      spoilt(talk, textOf(answer.said));
    } else if (++talk.notReady === REFUSALS_TO_FAULT) {
      report(talk, { kind: 'fault', fault: 'not-ready' });
    }
  }
}

/** One question with its errors counted, and what a person asked for before it. */
async function exchange<I extends { kind: string }>(talk: Talk<I>): Promise<void> {
  const { protocol, line, context, task } = talk;
  const { question } = protocol;
  if (task !== undefined) {
    const outcome = await task.run();
    talk.task = undefined;
    task.done(line.ended() ? { ok: false, reason: 'CLOSED' } : outcome);
  }
  const noiseBefore = line.noise();
  const askedMs = context.clock.monoMs();
  const answer = await (typeof question === 'function'
    ? question(line)
    : line.ask(question, (item) => protocol.answer(item), protocol.replyMs));
  talk.exchanges++;
  if (answer !== undefined) accept(talk, answer);
  if (answer !== undefined || line.ended()) return;
  context.count('CommunicationErrorCount');
  if (line.noise() > noiseBefore)
    spoilt(talk, say(`${line.noise()} 段乱码`, `${line.noise()} runs of noise`));
  // A stranger is told nothing more; one that introduced itself may be late from the start.
  const known = talk.last !== undefined || protocol.introduce !== undefined;
  if (known && (await protocol.resynchronise?.(line))) {
    context.alive();
    return;
  }
  // The question that should have cleared the line may itself be answered late.
  const lateUntilMs = askedMs + protocol.replyMs + LATE_MS;
  await line.rest(Math.max(LATE_MS, lateUntilMs - context.clock.monoMs()));
}

/** What the first exchanges say: undefined while it is too early to tell. */
function judgement<I extends { kind: string }>(talk: Talk<I>): 'scale' | DriverError | undefined {
  const { address } = talk.wire;
  if (talk.lookAlikes >= LOOK_ALIKES_TO_JUDGE) {
    const text = say(
      `${address}: 这是 ${talk.maker} 协议的秤`,
      `${address}: This scale speaks ${talk.maker}`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  if (talk.last !== undefined || talk.notReady >= PROBES) return 'scale';
  if (talk.exchanges < PROBES && !talk.line.ended()) return undefined;
  if (talk.line.noise() > 0 || talk.spoilt > 0) {
    const text = say(
      `${address}: 有数据但不是这种秤`,
      `${address}: Something else answers, or at another line speed`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  return new DriverError(
    'NO_REPLY',
    say(`${address}: 电子秤没有应答`, `${address}: The scale does not answer`),
  );
}

/** Asks on and on; `judged` is told once, what is on the other side. */
async function converse<I extends { kind: string }>(
  talk: Talk<I>,
  judged: (verdict: 'scale' | DriverError) => void,
): Promise<void> {
  const { line, protocol } = talk;
  const { clock } = talk.context;
  const refusal = await protocol.introduce?.(line);
  if (refusal !== undefined) {
    line.end();
    judged(refusal);
  }
  let known = false;
  while (!line.ended()) {
    const startedMs = clock.monoMs();
    await exchange(talk);
    const verdict = judgement(talk);
    if (verdict !== undefined && !known) judged(verdict);
    known ||= verdict !== undefined;
    if (verdict instanceof DriverError) line.end();
    await line.rest(Math.max(MIN_REST_MS, protocol.pollMs - (clock.monoMs() - startedMs)));
  }
  talk.task?.done({ ok: false, reason: 'CLOSED' });
}

/**
 * Resolves when a scale of this protocol answered; rejects with DriverError WRONG_WIRE, NO_REPLY
 * or WRONG_DEVICE. Asks until the connection ends.
 */
export function connectPolled<I extends { kind: string }>(
  wire: Wire,
  context: DriverContext,
  protocol: PolledProtocol<I>,
): Promise<Polled<I>> {
  if (wire.kind !== 'bytes') {
    const text = say(`${wire.address}: 电子秤要串口`, `${wire.address}: A byte wire is needed`);
    return Promise.reject(new DriverError('WRONG_WIRE', text, false));
  }
  // The answer to a question given up on, or to none at all: how old it is, nobody knows.
  const line = asking(wire, context, protocol.decoder, (item: I) => {
    const answer = protocol.answer(item);
    if (answer !== undefined && isReading(answer)) context.count('M_LateReplyCount');
  });
  const talk: Talk<I> = {
    wire,
    context,
    protocol,
    line,
    task: undefined,
    last: undefined,
    exchanges: 0,
    notReady: 0,
    outOfRange: 0,
    spoilt: 0,
    lookAlikes: 0,
    maker: '',
  };
  return new Promise((resolve, reject) => {
    const judged = (verdict: 'scale' | DriverError): void => {
      if (verdict === 'scale') resolve(handle(talk));
      else reject(verdict);
    };
    converse(talk, judged).then(
      () =>
        reject(
          new DriverError(
            'NO_REPLY',
            say(`${wire.address}: 连接已断`, `${wire.address}: The wire closed`),
          ),
        ),
      reject,
    );
  });
}

function handle<I extends { kind: string }>(talk: Talk<I>): Polled<I> {
  const { line } = talk;
  return {
    line,
    last: () => talk.last,
    command(run) {
      if (line.ended()) return Promise.resolve({ ok: false, reason: 'CLOSED' });
      if (talk.task !== undefined) return Promise.resolve({ ok: false, reason: 'BUSY' });
      return new Promise((done) => {
        talk.task = { run, done };
      });
    },
    report: (reading) => report(talk, reading),
    async close() {
      line.end();
      talk.task?.done({ ok: false, reason: 'CLOSED' });
      talk.task = undefined;
    },
  };
}
