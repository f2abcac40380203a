/**
 * Takes out what no trace may carry away: a payer's code (16 to 24 digits that begin 10–15 or
 * 25–30, WeChat Pay and Alipay), wherever the pieces of a line were cut. Lengths stay, so that the
 * trace still replays.
 */
import type { TraceEntry } from './ring.ts';

const STAR = 0x2a;
const PAYER_CODE = /(?<![0-9])(?:1[0-5]|2[5-9]|30)[0-9]{14,22}(?![0-9])/g;
const DIGITS_SHOWN = 2;

/** The same text, payer's codes starred. */
export const withoutPayerCodes = (text: string): string =>
  text.replaceAll(PAYER_CODE, (code) => code.slice(0, DIGITS_SHOWN).padEnd(code.length, '*'));

/** The same entries; what came in one direction is read as one line of text. */
export function redacted(entries: readonly TraceEntry[]): TraceEntry[] {
  const clean = entries.map((entry) => ({ ...entry, bytes: Uint8Array.from(entry.bytes) }));
  for (const direction of ['rx', 'tx'] as const) {
    starAcross(clean.filter((entry) => entry.direction === direction));
  }
  for (const entry of clean) {
    if (entry.direction === 'rx' || entry.direction === 'tx') continue;
    const text = Buffer.from(entry.bytes).toString('utf8');
    entry.bytes = Buffer.from(withoutPayerCodes(text), 'utf8');
  }
  return clean;
}

function starAcross(pieces: TraceEntry[]): void {
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
  for (const match of whole.toString('latin1').matchAll(PAYER_CODE)) {
    const from = match.index + DIGITS_SHOWN;
    whole.fill(STAR, from, match.index + match[0].length);
  }
  let at = 0;
  for (const piece of pieces) {
    piece.bytes = Uint8Array.from(whole.subarray(at, at + piece.bytes.length));
    at += piece.bytes.length;
  }
}
