/**
 * The conversation with a scale of the ENQ/ACK/DC1 family: one question at a time, every answer
 * with its deadline, late answers let pass. It reports readings; what they mean for the plate is
 * not known here.
 */
import {
  type ByteWire,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  type ReasonCode,
  type ScaleReading,
  WireError,
} from '../contract.ts';
import { deadline, HELD_UP_MS } from '../deadline.ts';
import { say } from '../say.ts';
import {
  DC1,
  DC2,
  type Dialect,
  ENQ,
  type EnqDc1Item,
  enqDc1Decoder,
  OS2_MODE,
  type WireReading,
} from './enq-dc1-codec.ts';
import { judgement } from './enq-dc1-verdict.ts';

const REPLY_MS = 500;
/** After a question nobody answered: long enough for a late answer to pass by unheard. */
const LATE_MS = 400;
const COMMAND_MS = 2000;
/** Refusals in a row before "not ready" is a fault and not a hiccup. */
const NAKS_TO_FAULT = 5;
/** Spoilt exchanges in a row before a person is told. */
const SPOILT_TO_WARN = 3;
/** Readings in a row: a plate swings through zero and over its top whenever goods come or go. */
const OUT_OF_RANGE_TO_WARN = 5;

export interface TalkOptions {
  dialect: Dialect;
  /** Ask, or hear what the scale sends by itself. */
  mode: 'poll' | 'active';
  /** DC1, or DC2 with unit price and amount. */
  ask: 'weight' | 'price';
  pollMs: number;
}

const WARNINGS: Partial<Record<ScaleReading['kind'], ReasonCode>> = {
  overload: 'SCALE_OVER',
  underload: 'SCALE_UNDER_ZERO',
  fault: 'SCALE_FAULT',
};

interface Command {
  bytes: Uint8Array;
  done(outcome: DeviceOutcome): void;
  /** Given up at this instant; undefined until it was sent. */
  untilMs?: number;
}

/** One conversation with the scale: the session's only memory. */
export interface Talk {
  wire: ByteWire;
  context: DriverContext;
  options: TalkOptions;
  /** What it speaks: as set, or as its answers showed where that was left to them. */
  dialect: Dialect;
  /** The question at hand: true where it takes the item as its answer. */
  waiting: ((item: EnqDc1Item) => boolean) | undefined;
  /** Forgets half an answer: what comes next answers the next question. */
  forget: () => void;
  /** Gives the question at hand up. */
  abandon: (() => void) | undefined;
  command: Command | undefined;
  /** Done before the next question, once. */
  chore: (() => Promise<void>) | undefined;
  exchanges: number;
  readings: number;
  last: WireReading | undefined;
  /** Readings nobody was waiting for. */
  unasked: number;
  /** Runs of noise so far. */
  noise: number;
  /** Refusals in a row. */
  naks: number;
  /** Exchanges in a row that failed with noise on the line. */
  spoilt: number;
  /** Readings in a row below zero or over capacity. */
  outOfRange: number;
  /** The scale may be in the other mode: an OS2 is told ours. */
  modeDue: boolean;
  ended: boolean;
  /** When the newest answer was asked for, where this process read it after its time. */
  lateSinceMs: number | undefined;
}

function isReading(item: EnqDc1Item): item is WireReading {
  return !['ack', 'nak', 'taken', 'discarded'].includes(item.kind);
}

/** Our own question coming back over a two-wire adapter is no noise. */
function isEcho(hex: string): boolean {
  return hex.split(' ').every((byte) => ['05', '11', '12'].includes(byte));
}

/** The first item `wanted` takes, or undefined after `limitMs` or when the talk is over. */
export function answer<T extends EnqDc1Item>(
  talk: Talk,
  wanted: (item: EnqDc1Item) => item is T,
  limitMs: number,
): Promise<T | undefined> {
  const { clock, signal } = talk.context;
  const askedMs = clock.monoMs();
  return new Promise((resolve) => {
    const end = (item?: T): void => {
      cancel();
      signal.removeEventListener('abort', abandon);
      talk.waiting = undefined;
      talk.abandon = undefined;
      resolve(item);
    };
    const abandon = (): void => end();
    const cancel = deadline(clock, limitMs, abandon);
    signal.addEventListener('abort', abandon);
    talk.abandon = abandon;
    talk.waiting = (item) => {
      if (!wanted(item)) return false;
      talk.lateSinceMs = clock.monoMs() - askedMs > limitMs + HELD_UP_MS ? askedMs : undefined;
      end(item);
      return true;
    };
    if (signal.aborted || talk.ended) end();
  });
}

/** Gives a reading out, with the warning it stands for. */
function report(talk: Talk, reading: WireReading): void {
  const { context } = talk;
  talk.readings++;
  talk.last = reading;
  talk.spoilt = 0;
  context.alive();
  if (reading.grams !== undefined) context.count('GoodWeightReadCount');
  const outOfRange = reading.kind === 'underload' || reading.kind === 'overload';
  talk.outOfRange = outOfRange ? talk.outOfRange + 1 : 0;
  if (!outOfRange || talk.outOfRange >= OUT_OF_RANGE_TO_WARN)
    context.warn(WARNINGS[reading.kind], reading.fault);
  context.emit({ ...reading, atMs: talk.lateSinceMs ?? context.clock.monoMs() });
  if (reading.kind === 'zero') finishCommand(talk, { ok: true });
}

function hear(talk: Talk, item: EnqDc1Item): void {
  if (item.kind === 'discarded') {
    if (isEcho(item.hex)) return;
    talk.noise++;
    talk.context.count('CommunicationErrorCount');
    return;
  }
  if (talk.options.mode === 'active' && isReading(item)) report(talk, item);
  if (talk.waiting?.(item) || talk.options.mode === 'active') return;
  // The answer to a question given up on, or none at all: how old it is, nobody knows.
  if (!isReading(item)) return;
  talk.unasked++;
  talk.modeDue = talk.dialect === 'os2';
  talk.context.count('M_LateReplyCount');
}

const isReady = (item: EnqDc1Item): item is { kind: 'ack' } | { kind: 'nak' } =>
  item.kind === 'ack' || item.kind === 'nak';
const isReadingOrNak = (item: EnqDc1Item): item is WireReading | { kind: 'nak' } =>
  isReading(item) || item.kind === 'nak';
const isNothing = (_item: EnqDc1Item): _item is never => false;

/** The scale answers, and has no weight just now. */
function notReady(talk: Talk): true {
  talk.naks++;
  talk.context.alive();
  if (talk.naks === NAKS_TO_FAULT) report(talk, { kind: 'fault', fault: 'not-ready' });
  return true;
}

/** ENQ, ACK, DC1, frame. True where the scale gave an answer that makes sense. */
export async function question(talk: Talk): Promise<boolean> {
  talk.forget();
  await talk.wire.write(ENQ, REPLY_MS);
  const ready = await answer(talk, isReady, REPLY_MS);
  if (ready?.kind === 'nak') return notReady(talk);
  if (ready === undefined) return false;
  await talk.wire.write(talk.options.ask === 'price' ? DC2 : DC1, REPLY_MS);
  const reading = await answer(talk, isReadingOrNak, REPLY_MS);
  if (reading === undefined) return false;
  // DC1 came too late after its ENQ: the scale was there, and waits for the next.
  if (reading.kind === 'nak') return notReady(talk);
  talk.naks = 0;
  report(talk, reading);
  return true;
}

/** One exchange with its errors counted; a closed wire ends the talk. */
async function exchange(talk: Talk): Promise<void> {
  const noiseBefore = talk.noise;
  let answered = false;
  try {
    await tellMode(talk);
    await sendCommand(talk);
    const { chore } = talk;
    talk.chore = undefined;
    await chore?.();
    if (talk.options.mode === 'poll') answered = await question(talk);
    else answered = (await answer(talk, isReading, REPLY_MS)) !== undefined;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    talk.ended ||= error.code === 'CLOSED';
  }
  talk.exchanges++;
  talk.modeDue ||= !answered && talk.dialect === 'os2';
  if (answered || talk.ended || talk.context.signal.aborted) return;
  talk.context.count('CommunicationErrorCount');
  if (talk.noise > noiseBefore) talk.spoilt++;
  else if (talk.options.mode === 'poll') await answer(talk, isNothing, LATE_MS);
  if (talk.spoilt === SPOILT_TO_WARN) {
    talk.context.warn('BAD_FRAMES', say(`${talk.noise} 段乱码`, `${talk.noise} runs of noise`));
  }
}

/** An OS2 that was switched on again, or set by hand, comes back to the mode we speak. */
async function tellMode(talk: Talk): Promise<void> {
  if (!talk.modeDue) return;
  talk.modeDue = false;
  await talk.wire.write(OS2_MODE[talk.options.mode], REPLY_MS);
}

async function sendCommand(talk: Talk): Promise<void> {
  const { command, context } = talk;
  if (command === undefined) return;
  if (command.untilMs === undefined) {
    command.untilMs = context.clock.monoMs() + COMMAND_MS;
    await talk.wire.write(command.bytes, REPLY_MS);
  } else if (context.clock.monoMs() >= command.untilMs) {
    finishCommand(talk, { ok: false, reason: 'NOT_ZERO' });
  }
}

/** A zero seen before the command was sent says nothing about it. */
export function finishCommand(talk: Talk, outcome: DeviceOutcome): void {
  const { command } = talk;
  if (command === undefined || (outcome.ok && command.untilMs === undefined)) return;
  talk.command = undefined;
  command.done(outcome);
}

/** Asks on and on; `judged` is told once, what is on the other side. */
export async function converse(
  talk: Talk,
  judged: (verdict: 'scale' | DriverError) => void,
): Promise<void> {
  const { clock, signal } = talk.context;
  while (!signal.aborted && !talk.ended) {
    const startedMs = clock.monoMs();
    await exchange(talk);
    const verdict = judgement(talk);
    if (verdict !== undefined) judged(verdict);
    talk.ended ||= verdict instanceof DriverError;
    if (talk.options.mode === 'active') continue;
    const restMs = talk.options.pollMs - (clock.monoMs() - startedMs);
    await answer(talk, isNothing, Math.max(10, restMs));
  }
  finishCommand(talk, { ok: false, reason: 'CLOSED' });
}

export function startTalk(wire: ByteWire, given: TalkOptions, context: DriverContext): Talk {
  const decoder = enqDc1Decoder(given.dialect, (scope) => {
    // Only an OS2 sums from SOH on, so it is one; the other sum is kept by all the others.
    if (scope === 'os2') talk.dialect = scope;
    context.log.debug({ address: wire.address, scope }, 'BCC scope recognised');
  });
  const hearAll = (items: EnqDc1Item[]): void => {
    for (const item of items) hear(talk, item);
  };
  const talk: Talk = {
    wire,
    context,
    options: given,
    dialect: given.dialect,
    waiting: undefined,
    forget: () => hearAll(decoder.end()),
    abandon: undefined,
    command: undefined,
    chore: undefined,
    ...{ exchanges: 0, readings: 0, unasked: 0, noise: 0, naks: 0, spoilt: 0, outOfRange: 0 },
    last: undefined,
    modeDue: given.dialect === 'os2',
    ended: false,
    lateSinceMs: undefined,
  };
  wire.onBytes((bytes) => hearAll(decoder.push(bytes)));
  return talk;
}
