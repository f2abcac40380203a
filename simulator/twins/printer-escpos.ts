/**
 * A receipt printer on a serial cable: prints what it is sent, tells its state, and stands still
 * without paper, with its cover open or its cutter jammed.
 *
 *   DLE EOT n  answered at reception, whatever the state; one byte, (b & 93h) = 12h
 *     1  bit 3 offline                      2  bit 2 cover, 5 stopped by paper end, 6 error
 *     3  bit 3 cutter                       4  bits 2,3 near end; 5,6 end
 *   GS r 1     answered in its turn: bits 0,1 near end; 2,3 end
 *   GS a n     four bytes on every change (ASB), (b & 93h) = 10h
 *
 * Sources: Epson TM-T88III guide pp. 319, 535–538; SPRT; HPRT HM-E200. `odd-status` answers
 * without the fixed bits, as the Hwasung HMK-830 does.
 */
import type { PrinterFault } from '../faults.ts';
import type { Port } from '../port.ts';
import type { Operation } from './escpos-commands.ts';
import { takeOperation } from './escpos-commands.ts';
import type { CutPaper } from './paper.ts';
import { createPaper } from './paper.ts';

const DLE = 0x10;
const EOT = 0x04;
const DOTS_PER_MM = 8;
const ROLL_MM = 60_000;
const NEAR_END_MM = 2_500;
const BUFFER_BYTES = 65_536;
const NEAR_END = 0x0c;
const PAPER_END = 0x60;

export type PaperState = 'ok' | 'low' | 'out';

export interface PrinterTwinOptions {
  fault: () => PrinterFault | undefined;
  onReceipt: (paper: CutPaper) => void;
  /** 48 on 80 mm paper, 32 on 58 mm. */
  columns?: number;
  rollMm?: number;
}

interface PrinterState {
  /** The two paper sensors: little left on the roll, nothing under the head. */
  nearEnd: boolean;
  ended: boolean;
  coverOpen: boolean;
  /** The cutter failed at a cut and waits for a person. */
  cutterJammed: boolean;
  offline: boolean;
}

/** The answer to DLE EOT n; undefined for an n that is none. */
function realTimeStatus(n: number, state: PrinterState): number | undefined {
  const { nearEnd, ended, coverOpen, cutterJammed, offline } = state;
  switch (n) {
    case 1:
      return 0x12 | (offline ? 0x08 : 0);
    case 2:
      return 0x12 | (coverOpen ? 0x04 : 0) | (ended ? 0x20 : 0) | (cutterJammed ? 0x40 : 0);
    case 3:
      return 0x12 | (cutterJammed ? 0x08 : 0);
    case 4:
      return 0x12 | (nearEnd ? NEAR_END : 0) | (ended ? PAPER_END : 0);
    default:
      return undefined;
  }
}

/** The byte of GS r 1, which is also the third of an automatic status. */
function paperSensors({ nearEnd, ended }: PrinterState): number {
  return (nearEnd ? 0x03 : 0) | (ended ? 0x0c : 0);
}

/** The four bytes of an automatic status. */
function automaticStatus(state: PrinterState): Uint8Array {
  const first = 0x10 | (state.offline ? 0x08 : 0) | (state.coverOpen ? 0x20 : 0);
  return Uint8Array.of(first, state.cutterJammed ? 0x08 : 0, paperSensors(state), 0);
}

/** Finds DLE EOT n in a stream, however it is cut into chunks. */
function createRealTimeListener(asked: (n: number) => void) {
  let seen: number[] = [];
  return (bytes: Uint8Array) => {
    for (const byte of bytes) {
      seen = [...seen, byte].slice(-3);
      const [first, second, third = 0] = seen;
      if (first !== DLE || second !== EOT || seen.length < 3) continue;
      seen = [];
      asked(third);
    }
  };
}

/** Roll, cover and cutter: what the sensors see. */
function createMechanism(fault: () => PrinterFault | undefined, rollMm: number) {
  let restMm = rollMm;
  let cutterJammed = false;
  return {
    state(): PrinterState {
      const coverOpen = fault() === 'cover-open';
      const nearEnd = fault() === 'paper-low' || restMm < NEAR_END_MM;
      const ended = fault() === 'paper-out' || restMm <= 0;
      const offline = coverOpen || cutterJammed || ended;
      return { nearEnd, ended, coverOpen, cutterJammed, offline };
    },
    feed(dots: number): void {
      restMm -= dots / DOTS_PER_MM;
    },
    /** Answers whether the knife went through. */
    cut(): boolean {
      cutterJammed = fault() === 'cutter';
      return !cutterJammed;
    },
    /** A person was here: a jam is cleared, and where all is well there is a new roll. */
    attended(): void {
      if (fault() === undefined) restMm = rollMm;
      if (fault() !== 'cutter') cutterJammed = false;
    },
  };
}

/** Answers as this printer does: not at all, or without the fixed bits, where it is so broken. */
function answerer(port: Port, fault: () => PrinterFault | undefined) {
  return (bytes: Uint8Array): void => {
    if (fault() === 'silence') return;
    const odd = fault() === 'odd-status';
    port.write(bytes.map((byte) => (odd ? byte & ~0x93 : byte)));
  };
}

/** Automatic status: once it is turned on, and then on every change. */
function createAnnouncer(state: () => PrinterState, answer: (bytes: Uint8Array) => void) {
  let automatic = false;
  let announced = '';
  return {
    turn(on: boolean): void {
      automatic = on;
      announced = '';
    },
    announce(): void {
      const status = automaticStatus(state());
      if (automatic && status.join() !== announced) answer(status);
      announced = status.join();
    },
  };
}

/** Puts the printer on its cable. */
export function startPrinterEscpos(port: Port, options: PrinterTwinOptions) {
  const { fault, onReceipt, columns = 48, rollMm = ROLL_MM } = options;
  const paper = createPaper(columns);
  const mechanism = createMechanism(fault, rollMm);
  const unknown: string[] = [];
  let buffer: Uint8Array = new Uint8Array(0);
  let inChinese = true;

  const answer = answerer(port, fault);
  const announcer = createAnnouncer(mechanism.state, answer);
  const work = (operation: Operation) => {
    mechanism.feed(paper.print(operation));
    if (operation.op === 'chinese') inChinese = operation.on;
    if (operation.op === 'init') inChinese = true;
    if (operation.op === 'unknown') unknown.push(operation.hex);
    if (operation.op === 'status') answer(Uint8Array.of(paperSensors(mechanism.state())));
    if (operation.op === 'asb') announcer.turn(operation.n !== 0);
    if (operation.op === 'cut' && mechanism.cut() && paper.printed()) onReceipt(paper.cut());
    announcer.announce();
  };
  const printOn = () => {
    while (!mechanism.state().offline) {
      const taken = takeOperation(buffer, inChinese);
      if (!taken) return;
      buffer = buffer.subarray(taken.length);
      work(taken.operation);
    }
  };
  const realTime = createRealTimeListener((n) => {
    const status = realTimeStatus(n, mechanism.state());
    if (status !== undefined) answer(Uint8Array.of(status));
  });
  port.onBytes((bytes) => {
    if (fault() === 'silence') return;
    realTime(bytes);
    const room = Math.max(0, BUFFER_BYTES - buffer.length);
    buffer = Buffer.concat([buffer, bytes.subarray(0, room)]);
    printOn();
  });
  return {
    paper(): PaperState {
      const { nearEnd, ended } = mechanism.state();
      return ended ? 'out' : nearEnd ? 'low' : 'ok';
    },
    /** Commands that this printer did not know, as hex: a driver should leave none. */
    unknown: (): readonly string[] => unknown,
    /** A person put something right or wrong. */
    faultChanged(): void {
      mechanism.attended();
      announcer.announce();
      printOn();
    },
  };
}
