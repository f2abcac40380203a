/**
 * Bytes of the Mettler-Toledo 8213/8217 checkout protocol. Commands are single letters; only a
 * tare ends with CR.
 *
 *   W -> STX d d . d d d [N] CR          N: net. Moving, negative or over: STX ? status CR
 *   Z, C, T CR, Tddddd CR -> STX ? status CR
 *   A -> STX CR   B -> STX ? confidence CR        E -> STX E CR, then every byte until F
 *
 *   status      0 moving · 1 over · 2 under zero · 3 outside zero range · 4 centre of zero
 *               5 net (Mettler) or always 1 (Rice Lake), so never used · 6 always 1
 *   confidence  Mettler: 1 NOVRAM · 2 RAM · 3 processor RAM · 4 ROM failed · 6 new result
 *               Rice Lake: 3 RAM · 4 flash failed · 6 always 0
 *
 * No check sum and no unit on the wire: three decimals are kilograms, two are pounds.
 * Sources: DIVA service manual 6.1.3-6.1.4 pp.39-45; Rice Lake BenchPro manual p.30; probe: Odoo.
 */
import { framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import type { WireReading } from './polled.ts';

const STX = 0x02;
const CR = 0x0d;
const STATUS = 0x3f;
/** `STX E CR hello`: what the probe of toledo-8217-talk.ts brings back. */
const ECHO = Uint8Array.of(STX, 0x45, CR, 0x68, 0x65, 0x6c, 0x6c, 0x6f);
const MAX_WEIGHT_BYTES = 9;

export type Toledo8217Dialect = 'mettler' | 'rice-lake';

/** `status` is the byte after `?`; of kind `status` it names no state of the load. */
export type Toledo8217Item =
  | (WireReading & { status?: number })
  | { kind: 'status'; status: number }
  | { kind: 'ack' }
  | { kind: 'echo' }
  | { kind: 'discarded'; hex: string };

export interface Toledo8217Decoder {
  push(bytes: Uint8Array): Toledo8217Item[];
  end(): Toledo8217Item[];
}

const bit = (byte: number, index: number): boolean => (byte & (1 << index)) !== 0;

/** Which parts failed their test; empty where all passed; undefined where there is no result. */
export function failedParts(
  confidence: number,
  dialect: Toledo8217Dialect,
): readonly string[] | undefined {
  const names =
    dialect === 'mettler'
      ? ['', 'NOVRAM', 'RAM', 'processor RAM', 'ROM']
      : ['', '', '', 'RAM', 'flash'];
  if (dialect === 'mettler' && !bit(confidence, 6)) return undefined;
  return names.filter((name, index) => name !== '' && bit(confidence, index));
}

/** `? status`, or undefined where no scale of this dialect says that. */
function readStatus(status: number, dialect: Toledo8217Dialect): Toledo8217Item | undefined {
  // Bit 6 clear is a confidence byte only: nothing to tell, or Rice Lake's two failures.
  if (!bit(status, 6)) return (status & ~0x38) === 0 ? { kind: 'status', status } : undefined;
  if (status > 0x7f || (dialect === 'rice-lake' && !bit(status, 5))) return undefined;
  if (bit(status, 1)) {
    const possible = !bit(status, 2) && !bit(status, 4);
    return possible ? { kind: 'overload', status } : undefined;
  }
  if (bit(status, 2)) return { kind: 'underload', status };
  if (bit(status, 3)) return { kind: 'fault', fault: 'not-zeroed', status };
  return bit(status, 0) ? { kind: 'moving', status } : { kind: 'status', status };
}

/** The characters between STX and CR of a weight, or undefined for any other layout. */
function readWeight(text: string, unit: 'kg' | 'lb'): WireReading | undefined {
  if (/^(\d\d\.\d\d|0\d{5})N?$/.test(text)) return { kind: 'fault', fault: 'unit' };
  const match = /^(\d\d)\.(\d{3})(N?)$/.exec(text);
  if (match === null) return undefined;
  if (unit !== 'kg') return { kind: 'fault', fault: 'unit' };
  const [, whole = '', fraction = '', suffix = ''] = match;
  const grams = Number(whole + fraction);
  const net = suffix === 'N' && { net: true };
  return { kind: grams === 0 ? 'zero' : 'stable', grams, ...net };
}

function beginsEcho(held: Uint8Array): boolean {
  return held.subarray(0, ECHO.length).every((byte, index) => byte === ECHO[index]);
}

/** Length of the frame that `held` begins with; undefined while it is open, 0 where it is none. */
function lengthOf(held: Uint8Array): number | undefined {
  const [, second] = held;
  if (second === undefined) return undefined;
  if (second === CR) return 2;
  if (second === STATUS) {
    if (held[2] === CR) return 0;
    return held.length < 4 ? undefined : 4;
  }
  if (second === ECHO[1]) {
    if (!beginsEcho(held)) return 0;
    return held.length < ECHO.length ? undefined : ECHO.length;
  }
  const end = held.subarray(0, MAX_WEIGHT_BYTES).indexOf(CR);
  if (end > 0) return end + 1;
  const open = /^[\d.N]*$/.test(String.fromCharCode(...held.subarray(1, MAX_WEIGHT_BYTES)));
  return open && held.length < MAX_WEIGHT_BYTES ? undefined : 0;
}

/**
 * Frames: the scale readings of drivers/contract.ts (without `atMs`), `status`, `ack`, `echo`,
 * `discarded`.
 * @param unit what the scale is set to; all readings of one set to pounds are a fault
 */
export function toledo8217Decoder(
  dialect: Toledo8217Dialect,
  unit: 'kg' | 'lb' = 'kg',
): Toledo8217Decoder {
  const read = (frame: Uint8Array): Toledo8217Item | undefined => {
    if (frame[frame.length - 1] !== CR) return beginsEcho(frame) ? { kind: 'echo' } : undefined;
    if (frame.length === 2) return { kind: 'ack' };
    if (frame[1] === STATUS) return readStatus(frame[2] ?? 0xff, dialect);
    return readWeight(String.fromCharCode(...frame.subarray(1, -1)), unit);
  };
  const recognise: Recognise = (held) => {
    const length = lengthOf(held);
    if (length === undefined) return 'wait';
    const good = length > 0 && read(held.subarray(0, length)) !== undefined;
    return good ? { take: length } : { skip: 1 };
  };
  const frames = framer(startingWith({ [STX]: recognise }));
  const item = (piece: Piece): Toledo8217Item => {
    const known = 'frame' in piece ? read(piece.frame) : undefined;
    const bytes = 'frame' in piece ? piece.frame : piece.discarded;
    return known ?? { kind: 'discarded', hex: toHex(bytes) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
