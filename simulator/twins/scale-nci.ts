/**
 * A counter scale that speaks NCI / Weigh-Tronix SCP-01 ("ECR"); commands end in CR.
 *
 *   host W → LF dd.ddd KG CR LF S hh CR ETX      POS; bench: LF ddd.ddd kg CR LF hh CR ETX
 *            LF S hh CR ETX                      in motion, below zero, over capacity
 *   host S → LF S hh CR ETX      host Z → the same, and zero      ENQ → LF OPOS CR ETX
 *   anything else → LF ? CR ETX
 *   hh   first: bit 0 motion, 1 at zero; second: bit 0 under, 1 over, 6 a byte follows;
 *        third: bit 2 net, 3 initial zero error; bits 4 and 5 always 1
 *
 * Sources: DIVA service manual p.34, NCI 6702 p.14, NCI 7800 p.32, Brecknell 67XX p.68.
 */
import type { Port } from '../port.ts';
import {
  createIndicator,
  createLineSender,
  type Indication,
  type LineScaleOptions,
} from './line-scale.ts';

const CR = 0x0d;
const MAX_COMMAND = 16;
/** Nearer to nothing than a quarter of a division. */
const CENTRE_GRAMS = 0;

export interface NciTwinOptions extends LineScaleOptions {
  dialect?: 'pos' | 'bench';
  /** Sends the third status byte. */
  extended?: boolean;
  /** Knows the OPOS probe. */
  opos?: boolean;
}

export interface NciFace extends Indication {
  notZeroed?: boolean;
}

type Manner = Pick<NciTwinOptions, 'dialect' | 'extended'>;

/** The status characters, with the `S` of the POS dialect. */
function statusOf(face: NciFace, { dialect, extended }: Manner): string {
  const atZero = !face.moving && !face.overload && face.grams === CENTRE_GRAMS;
  const first = 0x30 | (face.moving ? 1 : 0) | (atZero ? 2 : 0);
  const second = 0x30 | (face.grams < 0 ? 1 : 0) | (face.overload ? 2 : 0) | (extended ? 0x40 : 0);
  const third = 0x30 | (face.net ? 4 : 0) | (face.notZeroed ? 8 : 0);
  const bytes = extended ? [first, second, third] : [first, second];
  return `${dialect === 'bench' ? '' : 'S'}${String.fromCharCode(...bytes)}`;
}

/** The answer to W. */
export function nciWeight(face: NciFace, manner: Manner): Uint8Array {
  const bench = manner.dialect === 'bench';
  const digits = String(Math.abs(face.grams)).padStart(5, '0');
  const number = `${digits.slice(0, 2)}.${digits.slice(2)}`;
  const value = face.notZeroed ? '------' : number;
  const weight = bench ? ` ${value}kg` : `${value}KG`;
  const silent = face.overload || face.grams < 0 || (face.moving && !bench);
  const shown = silent ? '' : `${weight}\r\n`;
  return Buffer.from(`\n${shown}${statusOf(face, manner)}\r\x03`, 'latin1');
}

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleNci(port: Port, options: NciTwinOptions): { close(): void } {
  const { fault, opos = true } = options;
  const indicator = createIndicator(options);
  const line = createLineSender(port, options);
  let command = '';

  const face = (): NciFace => {
    const shown = indicator.show();
    const moving = shown.moving || fault() === 'busy';
    return { ...shown, moving, notZeroed: fault() === 'not-zeroed' };
  };
  const short = (text: string) => Buffer.from(`\n${text}\r\x03`, 'latin1');
  const reply = (text: string): Uint8Array => {
    if (text === 'W') return nciWeight(face(), options);
    if (text === 'Z' && !face().moving) indicator.zero();
    if (text === 'S' || text === 'Z') return short(statusOf(face(), options));
    return short(text === '\x05' && opos ? 'OPOS' : '?');
  };
  port.onBytes((bytes) => {
    for (const byte of bytes) {
      if (byte === CR) {
        line.answer(reply(command));
        command = '';
      } else if (command.length < MAX_COMMAND) command += String.fromCharCode(byte);
    }
  });
  return { close: line.close };
}
