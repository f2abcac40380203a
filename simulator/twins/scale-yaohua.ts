/**
 * A Yaohua XK3190 indicator set to tF=0: it sends its weight unasked and hears nothing.
 *
 *   STX (+|-) D D D D D D point XH XL ETX      XOR from the sign to the point, as two hex digits
 *
 * It says nothing about motion, overload or a start that was not zeroed. Source: A23 manual.
 */
import type { Port } from '../port.ts';
import { createIndicator, type LineScaleOptions } from './line-scale.ts';
import { startStream } from './stream-scale.ts';

/** The frame for a weight in grams, shown in kilograms with three decimals. */
export function yaohuaFrame(grams: number): Uint8Array {
  const sign = grams < 0 ? '-' : '+';
  const body = Buffer.from(`${sign}${String(Math.abs(grams)).padStart(6, '0')}3`, 'latin1');
  const xor = body.reduce((all, byte) => all ^ byte, 0);
  const check = xor.toString(16).toUpperCase().padStart(2, '0');
  return Buffer.concat([Uint8Array.of(0x02), body, Buffer.from(check), Uint8Array.of(0x03)]);
}

/** Puts the indicator on its cable. `close` silences it for good. */
export function startScaleYaohua(port: Port, options: LineScaleOptions) {
  const display = createIndicator(options);
  return startStream(port, options, () => yaohuaFrame(display.show().grams));
}
