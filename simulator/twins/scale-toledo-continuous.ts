/**
 * An indicator that sends its weight unasked, ten times a second, as Toledo's 8142 does.
 *
 *   STX SWA SWB SWC W×6 [T×6] CR [CHK]      digits without sign or point
 *   SWA 0–2 = 5: x.xxx, 3–4 increment       SWB 0 net, 1 negative, 2 out of range, 3 moving, 4 kg,
 *   5 one, 6 not zeroed since power-up      SWC 5 one
 *   CHK the low seven bits of all bytes add up to 0
 *   hears Z zero, T tare, C clear; CR LF after them is let pass
 *
 * Sources: Toledo 8142, 8530 and Fairbanks manuals.
 */
import type { Port } from '../port.ts';
import type { Indication, LineScaleOptions } from './line-scale.ts';
import { createIndicator } from './line-scale.ts';
import { startStream } from './stream-scale.ts';

const STX = 0x02;
const CR = 0x0d;
/** Point before the last three digits, bit 5 one. */
const SWA = 0x25;
const SWC = 0x20;

export type ContinuousForm = '18' | '17' | '12' | '11';

export interface ContinuousTwinOptions extends LineScaleOptions {
  form?: ContinuousForm;
  /** Display steps: 1, 2 or 5 g. */
  increment?: 1 | 2 | 5;
}

/** What the indicator shows. */
export interface ShownWeight extends Indication {
  notZeroed: boolean;
  tareGrams: number;
}

/** One frame. */
export function continuousFrame(
  shown: ShownWeight,
  form: ContinuousForm,
  increment: 1 | 2 | 5 = 1,
): Uint8Array {
  const swa = SWA | ({ 1: 1, 2: 2, 5: 3 }[increment] << 3);
  const swb =
    (shown.net ? 1 : 0) |
    (shown.grams < 0 ? 2 : 0) |
    (shown.overload ? 4 : 0) |
    (shown.moving ? 8 : 0) |
    16 |
    32 |
    (shown.notZeroed ? 64 : 0);
  const digits = (grams: number) => ` ${String(Math.abs(grams)).padStart(5, '0')}`;
  const tare = shown.net ? digits(shown.tareGrams) : '000000';
  const text = digits(shown.grams) + (form === '18' || form === '17' ? tare : '');
  const body = Buffer.from([STX, swa, swb, SWC, ...Buffer.from(text, 'latin1'), CR]);
  if (form === '17' || form === '11') return body;
  const sum = body.reduce((total, byte) => total + byte, 0);
  return Buffer.concat([body, Uint8Array.of((128 - (sum % 128)) % 128)]);
}

/** Puts the indicator on its cable; it sends at once. `close` silences it for good. */
export function startScaleToledoContinuous(port: Port, options: ContinuousTwinOptions) {
  const { fault, form = '18', increment = 1 } = options;
  const display = createIndicator(options);
  let tareGrams = 0;
  const frame = (): Uint8Array => {
    const now = display.show();
    const moving = now.moving || fault() === 'busy';
    const notZeroed = fault() === 'not-zeroed';
    return continuousFrame({ ...now, moving, notZeroed, tareGrams }, form, increment);
  };
  const commands: Record<string, () => void> = {
    Z: () => {
      if (!display.show().moving && !display.show().net) display.zero();
    },
    T: () => {
      if (!display.show().moving) tareGrams = display.tare() ?? tareGrams;
    },
    C: () => display.setTare(0),
  };
  port.onBytes((bytes) => {
    for (const byte of bytes) commands[String.fromCharCode(byte & 0x7f)]?.();
  });
  return startStream(port, options, frame);
}
