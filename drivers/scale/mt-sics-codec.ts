/**
 * Lines of the Mettler-Toledo Standard Interface Command Set, as the scale says them.
 *
 *   <ID> <status> <value> <unit> CR LF          value right-aligned in ten characters
 *   S S ... stable · S D ... moving · S I not now · S + overload · S - underload
 *   ES not known · ET garbled · EL not now · <ID> L wrong parameter · <ID> I not now
 *   D A, DW A the display took a text, shows the weight again
 *   I4 A "serial" (some models answer @ A "serial") · <ID> B ... more lines follow
 *
 * There is no check: the fixed width is what a lost byte breaks.
 * RADWAG scales take the same questions and answer in another grammar, where silence about
 * stability means stable; they are told apart and never read.
 * Sources: Mettler-Toledo AL-IC operating instructions p.72, AT p.87, JS p.30; RADWAG APP p.203,
 * WTB p.57, AS R2 p.83.
 */

import type { LineDecoder } from '../asking.ts';
import { delimited, framer, type Piece } from '../framing.ts';
import { toHex } from '../hex.ts';
import type { WireReading } from './polled.ts';
import { wholeGrams } from './whole-grams.ts';

const LF = Uint8Array.of(0x0a);
const MAX_LINE = 128;

export interface SicsOptions {
  /** Characters of the value field. */
  valueWidth: number;
  /** What to do with a value finer than a gram. */
  fractions: 'refuse' | 'round';
}

export type SicsItem =
  | WireReading
  | { kind: 'not-ready' }
  | { kind: 'error'; error: string }
  | { kind: 'identity'; command: string; serial: string }
  | { kind: 'reply'; command: string; status: string; grams?: number }
  | { kind: 'look-alike'; maker: string }
  | { kind: 'discarded'; hex: string };

/** `XX_A`, `XX_D` and `XX_E` without a weight, and mass frames of nine and three characters. */
const RADWAG =
  /^(?:(?:S|SU|T) A|(?:S|SU|T|Z) [DE]|(?:S {2}|SI |SU |SUI)[ ?^v] [ -][ \d.]{9} [ -~]{3})$/;

interface Weight {
  negative: boolean;
  /** Undefined where it cannot be said in whole grams. */
  grams: number | undefined;
}

/** ` <value> <unit>` as it follows the status, or undefined where the grammar is broken. */
function readWeight(text: string, options: SicsOptions): Weight | undefined {
  const match = /^ ( *(-?)(\d+)(?:\.(\d+))?) ([a-zA-Z%]{1,5})$/.exec(text);
  const [, field = '', sign, whole = '', fraction = '', unit = ''] = match ?? [];
  if (match === null || field.length !== options.valueWidth) return undefined;
  const negative = sign === '-' && /[1-9]/.test(whole + fraction);
  return { negative, grams: wholeGrams(whole, fraction, unit, options.fractions === 'round') };
}

/** The rest of a line that began `S `, with its status. */
function readReading(status: string, rest: string, options: SicsOptions): SicsItem | undefined {
  if (rest === '') {
    if (status === '+') return { kind: 'overload' };
    if (status === '-') return { kind: 'underload' };
    return status === 'I' ? { kind: 'not-ready' } : undefined;
  }
  if (status !== 'S' && status !== 'D') return undefined;
  const weight = readWeight(rest, options);
  if (weight === undefined) return undefined;
  const { grams, negative } = weight;
  if (grams === undefined && !negative) return { kind: 'fault', fault: 'unit' };
  if (negative || grams === undefined) return { kind: 'underload' };
  if (status === 'D') return { kind: 'moving', grams };
  return { kind: grams === 0 ? 'zero' : 'stable', grams };
}

/** Replies to everything but the question for the weight. */
function readReply(
  command: string,
  status: string,
  rest: string,
  options: SicsOptions,
): SicsItem | undefined {
  const serial = /^ "([^"]+)"$/.exec(rest)?.[1];
  if (/^(I4|@)$/.test(command) && status === 'A' && serial !== undefined) {
    return { kind: 'identity', command, serial };
  }
  if (/^I\d+$/.test(command)) return { kind: 'reply', command, status };
  if (rest === '') return { kind: 'reply', command, status };
  const weight = /^(T|TI|TA)$/.test(command) ? readWeight(rest, options) : undefined;
  if (weight?.grams === undefined || weight.negative) return undefined;
  return { kind: 'reply', command, status, grams: weight.grams };
}

/** One line without its end, or undefined where it is no line of this protocol. */
function readLine(text: string, options: SicsOptions): SicsItem | undefined {
  if (/^E[STL]$/.test(text)) return { kind: 'error', error: text };
  if (RADWAG.test(text)) return { kind: 'look-alike', maker: 'RADWAG' };
  const match = /^(S|Z|ZI|T|TI|TA|TAC|D|DW|@|I\d{1,2}) ([ABDILS+-])([ -~]*)$/.exec(text);
  if (match === null) return undefined;
  const [, command = '', status = '', rest = ''] = match;
  if (command === 'S') return readReading(status, rest, options);
  return readReply(command, status, rest, options);
}

/** Frames: scale readings (without `atMs`), replies, errors, look-alikes, `discarded`. */
export function sicsDecoder(options: SicsOptions): LineDecoder<SicsItem> {
  const lines = framer(delimited(LF, MAX_LINE));
  const item = (piece: Piece): SicsItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    const text = String.fromCharCode(...piece.frame);
    const read = text.endsWith('\r\n') ? readLine(text.slice(0, -2), options) : undefined;
    return read ?? { kind: 'discarded', hex: toHex(piece.frame) };
  };
  return {
    push: (bytes) => lines.push(bytes).map(item),
    end: () => lines.end().map(item),
  };
}
