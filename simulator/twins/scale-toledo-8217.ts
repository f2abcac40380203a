/**
 * A checkout scale that speaks the Mettler-Toledo 8213/8217 protocol.
 *
 *   W → STX d d . d d d [N] CR, or STX ? status CR while it moves, is negative or over
 *   Z, C → STX ? status CR          T CR, Tddddd CR → the same after 150 ms; nothing if disabled
 *   A → STX CR, B → STX ? confidence CR; a second B gives NUL
 *   E → STX E CR, then every byte comes back until F
 *   status: 0 moving, 1 over, 2 under, 3 not zeroed, 4 centre of zero, 5 net | always 1, 6 one
 *
 * Sources: DIVA service manual 6.1.3–6.1.4, Rice Lake BenchPro p.30.
 */
import type { Port } from '../port.ts';
import type { Indication, LineScaleOptions } from './line-scale.ts';
import { createIndicator, createLineSender } from './line-scale.ts';

const STX = 0x02;
const CR = 0x0d;
const QUESTION = 0x3f;

const TARE_MS = 150;
const MAX_TARE_CHARACTERS = 5;

export interface Toledo8217TwinOptions extends LineScaleOptions {
  dialect?: 'mettler' | 'rice-lake';
  /** Sends and takes bytes as a 7E1 line carries them; otherwise the plain seven bits. */
  parity?: boolean;
  /** Tare is disabled in the scale's setup: no answer at all. */
  tareDisabled?: boolean;
  /** Bits of the confidence byte that are set: what is broken inside. */
  broken?: number;
}

/** What the scale shows, and whether it was loaded when it was switched on. */
export interface ShownLoad extends Indication {
  notZeroed: boolean;
}

/** The status byte of one moment. */
export function statusByte(shown: ShownLoad, dialect: 'mettler' | 'rice-lake'): number {
  const under = shown.grams < 0 && !shown.overload;
  const fifth = dialect === 'rice-lake' || shown.net;
  return (
    (shown.moving ? 1 : 0) |
    (shown.overload ? 2 : 0) |
    (under ? 4 : 0) |
    (shown.notZeroed ? 8 : 0) |
    (shown.grams === 0 && !shown.moving && !shown.overload ? 16 : 0) |
    (fifth ? 32 : 0) |
    64
  );
}

/** `STX ? byte CR`. */
export function statusMessage(byte: number): Uint8Array {
  return Uint8Array.of(STX, QUESTION, byte, CR);
}

/** The answer to W. */
export function weightMessage(shown: ShownLoad, dialect: 'mettler' | 'rice-lake'): Uint8Array {
  const silent = shown.moving || shown.overload || shown.notZeroed || shown.grams < 0;
  if (silent) return statusMessage(statusByte(shown, dialect));
  const digits = String(shown.grams).padStart(5, '0');
  const text = `${digits.slice(0, -3)}.${digits.slice(-3)}${shown.net ? 'N' : ''}`;
  return Uint8Array.of(STX, ...Buffer.from(text, 'latin1'), CR);
}

/** Bit 7 makes the number of ones even. */
function even(byte: number): number {
  let ones = 0;
  for (let bit = 0; bit < 7; bit++) ones += (byte >> bit) & 1;
  return (byte & 0x7f) | (ones % 2 === 1 ? 0x80 : 0);
}

/** What a host's bytes come to: bytes of an echo, whole tares (without T and CR), commands. */
function createListener(on: {
  echoed(byte: number): void;
  tare(digits: string): void;
  command(letter: string): void;
}) {
  let echoing = false;
  let tare: string | undefined;
  return (byte: number): void => {
    const letter = String.fromCharCode(byte);
    if (echoing) {
      echoing = letter !== 'F';
      if (echoing) on.echoed(byte);
    } else if (tare === undefined) {
      echoing = letter === 'E';
      tare = letter === 'T' ? '' : undefined;
      on.command(letter);
    } else if (letter === '\r') {
      on.tare(tare);
      tare = undefined;
    } else tare = tare.length < MAX_TARE_CHARACTERS ? tare + letter : undefined;
  };
}

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleToledo8217(port: Port, options: Toledo8217TwinOptions) {
  const { fault, dialect = 'mettler', parity = false, broken = 0 } = options;
  const display = createIndicator(options);
  const sender = createLineSender(port, options);
  let tested = false;

  const answer = (message: Uint8Array) => sender.answer(parity ? message.map(even) : message);
  const answerStatus = () => answer(statusMessage(statusByte(shown(), dialect)));
  /** A busy scale says for as long as it lasts that it moves. */
  const shown = (): ShownLoad => {
    const now = display.show();
    const moving = now.moving || fault() === 'busy';
    return { ...now, moving, notZeroed: fault() === 'not-zeroed' };
  };
  const commands: Record<string, () => void> = {
    W: () => answer(weightMessage(shown(), dialect)),
    Z: () => {
      if (!shown().moving && !shown().net) display.zero();
      answerStatus();
    },
    C: () => {
      if (!shown().moving) display.setTare(0);
      sender.later(TARE_MS, answerStatus);
    },
    A: () => {
      tested = true;
      answer(Uint8Array.of(STX, CR));
    },
    B: () => {
      // The result is given once.
      answer(statusMessage(tested ? (dialect === 'mettler' ? 0x40 : 0) | broken : 0));
      tested = false;
    },
    E: () => answer(Uint8Array.of(STX, 0x45, CR)),
  };
  const hear = createListener({
    echoed: (byte) => answer(Uint8Array.of(byte)),
    command: (letter) => commands[letter]?.(),
    tare(digits) {
      if (options.tareDisabled) return;
      if (digits !== '') display.setTare(Number(digits));
      else if (!shown().moving) display.tare();
      sender.later(TARE_MS, answerStatus);
    },
  });
  port.onBytes((bytes) => {
    for (const byte of bytes) if (!parity || even(byte) === byte) hear(byte & 0x7f);
  });
  return { close: sender.close };
}
