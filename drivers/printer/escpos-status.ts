/**
 * Asking a printer how it is. Real-time questions (10 04 n) are answered at once, one byte each,
 * and the byte does not say which question it answers: so one question at a time, and after a
 * silence the line is left to settle before the next, lest a late answer be taken for it.
 */
import type {
  ByteWire,
  DecodedItem,
  Decoder,
  DriverClock,
  DriverContext,
  PrinterStatus,
} from '../contract.ts';
import { deadline } from '../deadline.ts';
import { framer, type Piece, type Recognise } from '../framing.ts';
import { fromHex, toHex } from '../hex.ts';
import { type Reading, silent } from './news.ts';
import { errorOf, isStandardStatus, type PrinterProfile, type Question } from './profiles.ts';

/** A printer answers a real-time question within milliseconds; adapters and networks add theirs. */
export const ANSWER_MS = 1000;
const SETTLE_MS = 200;

// ---- bytes --------------------------------------------------------------------------------------

/** Frames: `status` (DLE EOT), `asb` (pushed), `paper-sensor` (GS r 1), `flow` (XON, XOFF). */
export function statusDecoder(profile: PrinterProfile): Decoder {
  const standard = profile.name === 'standard';
  const frames = framer(standard ? recogniseStandard : () => ({ take: 1 }));
  const items = (pieces: Piece[]): DecodedItem[] =>
    pieces.map((piece) => ('frame' in piece ? itemOf(piece.frame, standard) : discarded(piece)));
  return { push: (bytes) => items(frames.push(bytes)), end: () => items(frames.end()) };
}

const SENSOR: Record<number, 'ok' | 'low' | 'out'> = { 0: 'ok', 3: 'low', 12: 'out', 15: 'out' };
const isFlow = (byte: number): boolean => byte === 0x11 || byte === 0x13;

/** The four kinds share one line: bits 0, 1, 4 and 7 tell them apart. */
const recogniseStandard: Recognise = (held) => {
  const [first = 0] = held;
  if ((first & 0x93) === 0x10) {
    for (const byte of held.subarray(1, 4)) if ((byte & 0x90) !== 0) return { skip: 1 };
    return held.length < 4 ? 'wait' : { take: 4 };
  }
  const known = isStandardStatus(first) || isFlow(first) || first in SENSOR;
  return known ? { take: 1 } : { skip: 1 };
};

function discarded(piece: { discarded: Uint8Array }): DecodedItem {
  return { kind: 'discarded', hex: toHex(piece.discarded) };
}

function itemOf(frame: Uint8Array, standard: boolean): DecodedItem {
  const hex = toHex(frame);
  const [first = 0] = frame;
  if (isFlow(first)) return { kind: 'flow', hex };
  if (frame.length === 1) {
    const paper = standard ? SENSOR[first] : undefined;
    return paper === undefined ? { kind: 'status', hex } : { kind: 'paper-sensor', hex, paper };
  }
  return { kind: 'asb', hex, ...asbFacts(frame) };
}

type AsbFacts = Pick<PrinterStatus, 'online' | 'cover' | 'paper' | 'error'>;

/** Byte 1: 3 off-line, 5 cover open; byte 2: the error; byte 3: 0 and 1 low, 2 and 3 out. */
function asbFacts([first = 0, second = 0, third = 0]: Uint8Array): AsbFacts {
  const error = errorOf(second);
  return {
    online: (first & 0x08) === 0,
    cover: (first & 0x20) === 0 ? 'closed' : 'open',
    paper: (third & 0x0c) !== 0 ? 'out' : (third & 0x03) !== 0 ? 'low' : 'ok',
    ...(error === undefined ? {} : { error }),
  };
}

// ---- asking -------------------------------------------------------------------------------------

export interface StatusLine {
  /** The answer's byte, or undefined where none came in time. Never rejects. */
  ask(question: Question): Promise<number | undefined>;
  /** Asks GS r 1, which is answered when everything sent before was printed. */
  askInTurn(): Promise<InTurn>;
  /** Whether the wire is known to be closed. */
  closed(): boolean;
  /** Lets go of timers; whoever waits gets no answer. */
  stop(): void;
}

export interface InTurn {
  answered(): boolean;
  /** Resolves with the answer, or after `limitMs` without one. */
  wait(limitMs: number): Promise<void>;
  /** The answer was lost: the next job waits for its own only. */
  giveUp(): void;
}

interface Talk {
  wire: ByteWire;
  context: DriverContext;
  room: WaitingRoom;
  /** Takes the answer to the question now asked. */
  answer: ((byte: number) => void) | undefined;
  /**
   * Answers in turn still owed. A job stopped by an empty roll is finished, and answered for, when
   * the roll is changed: that answer must not confirm the job after it.
   */
  owed: number;
  wakeInTurn: () => void;
  /** The last question got no answer in time: it may still come. */
  late: boolean;
  closed: boolean;
}

/** `onPushed` hears what the printer says by itself. */
export function statusLine(
  wire: ByteWire,
  profile: PrinterProfile,
  context: DriverContext,
  onPushed: (reading: Reading) => void,
): StatusLine {
  const decoder = statusDecoder(profile);
  const talk: Talk = {
    wire,
    context,
    room: waitingRoom(context.clock),
    answer: undefined,
    owed: 0,
    wakeInTurn: () => {},
    late: false,
    closed: false,
  };
  const stop = (): void => {
    talk.closed = true;
    talk.room.wakeAll();
  };
  wire.onClose(stop);
  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) {
      if (item.kind === 'asb') onPushed(pushed(item, context));
      else hear(talk, item);
    }
  });
  return {
    ask: (question) => ask(talk, question),
    askInTurn: () => askInTurn(talk),
    closed: () => talk.closed,
    stop,
  };
}

function hear(talk: Talk, item: DecodedItem): void {
  if (item.kind === 'flow') return;
  if (item.kind === 'paper-sensor' && talk.owed > 0) {
    talk.owed -= 1;
    if (talk.owed === 0) talk.wakeInTurn();
  } else if (talk.answer === undefined) talk.context.count('M_UnaskedAnswerCount');
  else talk.answer(Number.parseInt(String(item.hex).slice(0, 2), 16));
}

async function ask(talk: Talk, question: Question): Promise<number | undefined> {
  const { wire, context, room } = talk;
  if (talk.late && !talk.closed) await room.wait(SETTLE_MS);
  if (talk.closed) return undefined;
  let byte: number | undefined;
  await room.wait(ANSWER_MS, (wake) => {
    talk.answer = (given) => {
      byte = given;
      wake();
    };
    wire.write(Uint8Array.of(0x10, 0x04, question)).catch((error: unknown) => {
      context.log.debug({ reason: String(error) }, 'The question was not sent');
      wake();
    });
  });
  talk.answer = undefined;
  talk.late = byte === undefined;
  if (byte !== undefined) context.alive();
  return byte;
}

async function askInTurn(talk: Talk): Promise<InTurn> {
  talk.owed += 1;
  await talk.wire.write(Uint8Array.of(0x1d, 0x72, 0x01));
  return {
    answered: () => talk.owed === 0,
    async wait(limitMs) {
      if (talk.owed === 0 || talk.closed) return;
      await talk.room.wait(limitMs, (wake) => {
        talk.wakeInTurn = wake;
      });
    },
    giveUp() {
      talk.owed = 0;
    },
  };
}

interface WaitingRoom {
  /** Resolves after `limitMs`, or when the `wake` given to `started` is called. */
  wait(limitMs: number, started?: (wake: () => void) => void): Promise<void>;
  wakeAll(): void;
}

function waitingRoom(clock: DriverClock): WaitingRoom {
  const waiting = new Set<() => void>();
  return {
    wait: (limitMs, started) =>
      new Promise((resolve) => {
        const wake = (): void => {
          cancel();
          waiting.delete(wake);
          resolve();
        };
        const cancel = deadline(clock, limitMs, wake);
        waiting.add(wake);
        started?.(wake);
      }),
    wakeAll() {
      for (const wake of [...waiting]) wake();
    },
  };
}

function pushed(item: DecodedItem, context: DriverContext): Reading {
  context.alive();
  const facts = asbFacts(fromHex(String(item.hex)) ?? new Uint8Array());
  const status: PrinterStatus = {
    kind: 'printer-status',
    ...facts,
    atMs: context.clock.monoMs(),
  };
  return { status, answered: true, understood: true };
}

// ---- the whole status ---------------------------------------------------------------------------

/** Asks every question of the profile, and the cause where there is an error. Never rejects. */
export async function readStatus(
  line: StatusLine,
  profile: PrinterProfile,
  atMs: () => number,
): Promise<Reading> {
  const status: PrinterStatus = {
    kind: 'printer-status',
    paper: 'unknown',
    cover: 'unknown',
    online: false,
    atMs: 0,
  };
  let understood = true;
  let unexplained = false;
  for (const question of profile.questions) {
    const byte = await line.ask(question);
    if (byte === undefined) return silent(atMs());
    const facts = profile.read(question, byte);
    if (facts === undefined) {
      understood = false;
      continue;
    }
    status.online = facts.online ?? status.online;
    status.cover = facts.cover ?? status.cover;
    // Two questions speak of paper; the worse answer counts.
    if (status.paper !== 'out') status.paper = facts.paper ?? status.paper;
    if (facts.error !== undefined) status.error = facts.error;
    unexplained ||= facts.errorToExplain ?? false;
  }
  if (unexplained) {
    const byte = await line.ask(3);
    const facts = byte === undefined ? undefined : profile.read(3, byte);
    status.error = facts?.error ?? 'unrecoverable';
  }
  return { status: { ...status, atMs: atMs() }, answered: true, understood };
}
