/**
 * A CAS indicator that sends its 22-byte format by itself, ten times a second.
 *
 *   ST|US|OL , GS|NT , <id> <lamp> , <8 characters> space k g CR LF
 *   lamp: bit 7 always, 6 stable, 4 hold, 2 gross, 1 tare, 0 zero
 *
 * Sources: CAS CI-600D p.74, NT-200 p.48.
 */
import type { Port } from '../port.ts';
import {
  createIndicator,
  createLineSender,
  type Indication,
  type LineScaleOptions,
} from './line-scale.ts';

const PUSH_MS = 100;
/** One byte after the other takes longer. */
const PUSH_SPLIT_MS = 250;

export interface Cas22TwinOptions extends LineScaleOptions {
  deviceId?: number;
  /** A tare keyed in at the indicator, in grams. */
  tareGrams?: number;
}

export interface Cas22Face extends Indication {
  hold?: boolean;
}

/** One frame of the stream. */
export function cas22Frame(face: Cas22Face, deviceId: number): Uint8Array {
  const { grams, moving, overload, net, hold } = face;
  const stable = !moving && !overload;
  const zero = stable && grams === 0 && !net;
  const lamps = [0x80, stable && 0x40, hold && 0x10, net ? 0x02 : 0x04, zero && 0x01];
  const lamp = lamps.reduce<number>((sum, bit) => sum | (bit || 0), 0);
  const state = overload ? 'OL' : moving ? 'US' : 'ST';
  const digits = String(Math.abs(grams)).padStart(grams < 0 ? 6 : 7, '0');
  const weight = `${grams < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
  const id = String.fromCharCode(0x30 + deviceId, lamp);
  return Buffer.from(`${state},${net ? 'NT' : 'GS'},${id},${weight} kg\r\n`, 'latin1');
}

/** Puts the indicator on its cable; it sends at once. `close` silences it for good. */
export function startScaleCas22(port: Port, options: Cas22TwinOptions): { close(): void } {
  const { fault, deviceId = 1, tareGrams = 0 } = options;
  const indicator = createIndicator(options);
  indicator.setTare(tareGrams);
  /** Late is not slow here: the frames pile up somewhere and come all at once. */
  let backlog: Uint8Array[] = [];
  let bursting = false;
  const lineFault = () => (bursting || fault() === 'late' ? undefined : fault());
  const sender = createLineSender(port, { ...options, fault: lineFault });
  const push = (): void => {
    const shown = indicator.show();
    const moving = shown.moving || fault() === 'busy';
    const face = { ...shown, moving, overload: shown.overload || fault() === 'not-zeroed' };
    backlog.push(cas22Frame({ ...face, hold: fault() === 'stuck' }, deviceId));
    bursting = backlog.length > 1;
    if (fault() !== 'late') {
      sender.answer(Buffer.concat(backlog));
      backlog = [];
    }
    sender.later(fault() === 'split' ? PUSH_SPLIT_MS : PUSH_MS, push);
  };
  push();
  return { close: sender.close };
}
