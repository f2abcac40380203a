/**
 * A vending machine's audit port (DEX/UCS with EVA-DTS): hands its counters to whoever asks.
 *
 *   ENQ → DLE 0 · DLE SOH comm id, R, revision DLE ETX crc → DLE 1 · EOT       who reads
 *   then the machine does the same (S for send), and ENQ → DLE 0 once more
 *   DLE STX text DLE ETB crc → DLE 1 | DLE 0 by turns · the last with ETX · EOT
 *   NAK: the same block again; no word within a second: ENQ asks for the acknowledgement again
 *   CRC-16, polynomial A001, from 0, over text and ETB or ETX; low byte first
 *
 * Source: EVA-DTS 6.1.2.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';
import { auditLines, crc16, type VendingBooks } from './vending-books.ts';

const ENQ = 0x05;
const EOT = 0x04;
const NAK = 0x15;
const DLE = 0x10;
const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const ETB = 0x17;
const ACK = [Uint8Array.of(DLE, 0x30), Uint8Array.of(DLE, 0x31)];

const ANSWER_MS = 20;
const LATE_MS = 7000;
const AGAIN_MS = 1000;
const TRIES = 3;
/** Characters a machine packs into one block. */
const BLOCK = 120;

export type VendingFault =
  | 'silence'
  /** Every block's CRC is wrong. */
  | 'wrong-check'
  /** One block in three has a bit flipped on the line. */
  | 'flipped'
  /** Answers after the reader stopped waiting. */
  | 'late'
  /** Falls silent in the middle of its audit. */
  | 'cut'
  /** Ends its audit in the middle, politely. */
  | 'stops'
  /** Counts its own lines wrong. */
  | 'wrong-count'
  /** Hears no acknowledgement at first, and asks for it again. */
  | 'deaf';

/** `DLE SOH|STX text DLE end crc`. */
export function dexFrame(start: number, text: string, end: number): Uint8Array {
  const bytes = Buffer.from(text, 'latin1');
  const crc = crc16([...bytes, end]);
  return Uint8Array.of(DLE, start, ...bytes, DLE, end, crc & 0xff, crc >> 8);
}

/** Lines packed into blocks, none cut; the last block ends with ETX. */
export function auditBlocks(lines: readonly string[]): Uint8Array[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length > BLOCK) texts.push(line);
    else texts[texts.length - 1] = last + line;
  }
  return texts.map((text, at) => dexFrame(STX, text, at === texts.length - 1 ? ETX : ETB));
}

export interface VendingOptions {
  clock: Clock;
  books: VendingBooks;
  random: () => number;
  fault: () => VendingFault | undefined;
  commId?: string;
}

type Heard = 'enq' | 'eot' | 'nak' | 'ack0' | 'ack1' | 'hello';

/** Where its talk stands. */
interface Machine extends VendingOptions {
  port: Port;
  /** Frames still to be sent, the first one not yet acknowledged. */
  queue: Uint8Array[];
  step: 'idle' | 'their-hello' | 'their-eot' | 'our-enq' | 'our-hello' | 'data-enq' | 'data';
  /** Whose name was said already. */
  known: 'nobody' | 'us' | 'them';
  turn: number;
  tries: number;
  deaf: number;
  timers: Set<() => void>;
  cancelAgain: (() => void) | undefined;
}

function later(machine: Machine, delayMs: number, fn: () => void): () => void {
  const cancel = machine.clock.after(delayMs, () => {
    machine.timers.delete(cancel);
    fn();
  });
  machine.timers.add(cancel);
  return () => {
    machine.timers.delete(cancel);
    cancel();
  };
}

function say(machine: Machine, bytes: Uint8Array): void {
  const broken = machine.fault();
  if (broken === 'silence') return;
  const spoilt = Uint8Array.from(bytes);
  const block = bytes[1] === STX;
  if (block && (broken === 'wrong-check' || (broken === 'flipped' && machine.random() < 0.3))) {
    const at =
      broken === 'flipped' ? Math.floor(machine.random() * bytes.length) : bytes.length - 1;
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x20;
  }
  later(machine, broken === 'late' ? LATE_MS : ANSWER_MS, () => machine.port.write(spoilt));
}

/** Says it, and asks again a second later where nothing is heard. */
function insist(machine: Machine, bytes: Uint8Array, again = bytes): void {
  machine.cancelAgain?.();
  say(machine, bytes);
  machine.cancelAgain = later(machine, AGAIN_MS, () => {
    machine.cancelAgain = undefined;
    machine.tries += 1;
    if (machine.tries > TRIES) return rest(machine);
    insist(machine, again);
  });
}

function rest(machine: Machine): void {
  machine.cancelAgain?.();
  machine.cancelAgain = undefined;
  machine.step = 'idle';
  machine.known = 'nobody';
  machine.queue = [];
}

function nextBlock(machine: Machine): void {
  const [block] = machine.queue;
  const broken = machine.fault();
  const over = block === undefined || (broken === 'stops' && machine.turn > 1);
  if (over) say(machine, Uint8Array.of(EOT));
  if (over || (broken === 'cut' && machine.turn > 1)) rest(machine);
  else {
    machine.tries = 0;
    insist(machine, block, Uint8Array.of(ENQ));
  }
}

function askToSpeak(machine: Machine, step: Machine['step']): void {
  machine.step = step;
  machine.tries = 0;
  insist(machine, Uint8Array.of(ENQ));
}

/** Both have said who they are: the audit follows. */
function hand(machine: Machine): void {
  machine.queue = auditBlocks(auditLines(machine.books, machine.fault() === 'wrong-count'));
  later(machine, ANSWER_MS * 2, () => askToSpeak(machine, 'data-enq'));
}

function hear(machine: Machine, what: Heard): void {
  const { step } = machine;
  if (what === 'enq' && step !== 'data' && step !== 'data-enq') {
    // A reader that wants to speak comes first.
    machine.cancelAgain?.();
    if (step !== 'their-hello') machine.known = machine.known === 'us' ? 'us' : 'nobody';
    machine.step = 'their-hello';
    say(machine, ACK[0] as Uint8Array);
  } else if (step === 'their-hello' && what === 'hello') {
    machine.step = 'their-eot';
    say(machine, ACK[1] as Uint8Array);
  } else if (step === 'their-eot' && what === 'eot') {
    if (machine.known === 'us') hand(machine);
    else {
      machine.known = 'them';
      askToSpeak(machine, 'our-enq');
    }
  } else if (step === 'our-enq' && what === 'ack0') {
    machine.step = 'our-hello';
    const { commId = machine.books.serialNumber.padEnd(10).slice(0, 10) } = machine;
    insist(machine, dexFrame(SOH, `${commId}SR01L01`, ETX));
  } else if (step === 'our-hello' && what === 'ack1') {
    machine.cancelAgain?.();
    say(machine, Uint8Array.of(EOT));
    if (machine.known === 'them') hand(machine);
    else {
      machine.known = 'us';
      machine.step = 'idle';
    }
  } else if (step === 'data-enq' && what === 'ack0') {
    machine.step = 'data';
    machine.turn = 1;
    nextBlock(machine);
  } else if (step === 'data') hearInData(machine, what);
}

function hearInData(machine: Machine, what: Heard): void {
  const mine = what === (machine.turn % 2 === 1 ? 'ack1' : 'ack0');
  if (!mine && what !== 'nak') return;
  if (mine && machine.fault() === 'deaf' && machine.deaf++ % 2 === 0) return;
  if (mine) {
    machine.turn += 1;
    machine.queue.shift();
  }
  nextBlock(machine);
}

/** Cuts what the reader says, one byte at a time; its hello must be whole and rightly summed. */
function listener(machine: Machine): (bytes: Uint8Array) => void {
  let held: number[] = [];
  const single: Record<number, Heard> = { [ENQ]: 'enq', [EOT]: 'eot', [NAK]: 'nak' };
  const whole = (): Heard | undefined | 'more' => {
    const [first, second] = held;
    if (first !== DLE) return single[first ?? 0];
    if (second === undefined) return 'more';
    if (second === 0x30 || second === 0x31) return second === 0x31 ? 'ack1' : 'ack0';
    const end = held.indexOf(DLE, 2);
    if (second !== SOH) return undefined;
    if (end < 0 || held.length < end + 4) return held.length > 64 ? undefined : 'more';
    const sum = crc16([...held.slice(2, end), held[end + 1] ?? 0]);
    const right = held[end + 2] === (sum & 0xff) && held[end + 3] === sum >> 8;
    return right ? 'hello' : undefined;
  };
  return (bytes) => {
    for (const byte of bytes) {
      held.push(byte);
      const heard = whole();
      if (heard === 'more') continue;
      held = [];
      if (heard !== undefined && machine.fault() !== 'silence') hear(machine, heard);
    }
  };
}

/** Puts the machine on its audit cable. `begin` presses its own "send audit" button. */
export function startVendingDex(
  port: Port,
  options: VendingOptions,
): { begin(): void; close(): void } {
  const machine: Machine = {
    ...options,
    ...{ port, queue: [], step: 'idle', known: 'nobody', turn: 0, tries: 0, deaf: 0 },
    ...{ timers: new Set(), cancelAgain: undefined },
  };
  let closed = false;
  const listen = listener(machine);
  port.onBytes((bytes) => {
    if (!closed) listen(bytes);
  });
  return {
    begin: () => askToSpeak(machine, 'our-enq'),
    close() {
      closed = true;
      for (const cancel of machine.timers) cancel();
      machine.timers.clear();
    },
  };
}
