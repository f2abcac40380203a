/**
 * A bench scale that speaks MT-SICS (Mettler-Toledo and compatibles). Every line ends CR LF.
 *
 *   host SI   → S S|D <10-character value> <unit> | S I busy | S + over | S - under
 *   host ZI   → ZI S|D | ZI I | ZI + | ZI -        host TI → TI S|D <value> <unit> | TI I
 *   host TA <value> <unit> → TA A <value> <unit> | TA L      host TAC → TAC A
 *   host D "text" → D A, shown until DW → DW A
 *   host I4 or @ → I4 A "<serial>"                 anything else → ES
 *
 * A kilogram scale with three decimals. Sources: AL-IC operating instructions p.72, JS p.30.
 */
import type { Port } from '../port.ts';
import {
  createIndicator,
  createLineSender,
  type Indication,
  type LineScaleOptions,
} from './line-scale.ts';

const REPEAT_MS = 100;
const MAX_COMMAND = 64;
const CAPACITY_GRAMS = 15_000;

export interface SicsTwinOptions extends LineScaleOptions {
  serial?: string;
  /** Which of the two published forms answers for the serial number. */
  serialForm?: 'I4' | '@';
}

interface SicsTwin {
  /** A text on the display, empty while it shows the weight. */
  shows(): string;
  close(): void;
}

/** `<value> <unit>` with the value right-aligned in ten characters. */
function weight(grams: number): string {
  const digits = String(Math.abs(grams)).padStart(4, '0');
  const value = `${grams < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
  return `${value.padStart(10)} kg`;
}

/** The answer to SI, without its line end. */
export function sicsWeight(shown: Omit<Indication, 'net'>): string {
  if (shown.overload) return 'S +';
  return `S ${shown.moving ? 'D' : 'S'} ${weight(shown.grams)}`;
}

const asLine = (text: string): Uint8Array => Buffer.from(`${text}\r\n`, 'latin1');

/** Calls `on` for every line the host sent, without its end. */
function createLines(on: (line: string) => void) {
  let held = '';
  return (bytes: Uint8Array) => {
    held += Buffer.from(bytes).toString('latin1');
    for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
      on(held.slice(0, end));
      held = held.slice(end + 2);
    }
    held = held.slice(-MAX_COMMAND);
  };
}

/** What the display is told to show: nothing of its own after DW; undefined for other commands. */
const displayText = (text: string): string | undefined =>
  text === 'DW' ? '' : /^D "([ -~]{0,16})"$/.exec(text)?.[1];

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleMtSics(port: Port, options: SicsTwinOptions): SicsTwin {
  const { fault, serial = 'B021002593', serialForm = 'I4' } = options;
  const display = createIndicator(options);
  const line = createLineSender(port, options);
  let repeating = 0;
  let shows = '';

  const presetTare = (text: string): string => {
    const [, value = '', unit = ''] = /^TA (\d+(?:\.\d+)?) (kg|g)$/.exec(text) ?? [];
    const grams = Math.round(Number(value) * (unit === 'kg' ? 1000 : 1));
    if (unit === '' || grams > CAPACITY_GRAMS) return 'TA L';
    display.setTare(grams);
    return `TA A ${weight(grams)}`;
  };
  const zero = (moving: boolean): string => {
    if (moving) return 'ZI I';
    if (display.zero()) return 'ZI S';
    return display.show().grams < 0 ? 'ZI -' : 'ZI +';
  };
  const tare = (moving: boolean): string => {
    const grams = moving ? undefined : display.tare();
    return grams === undefined ? 'TI I' : `TI S ${weight(grams)}`;
  };
  const clearTare = (): string => {
    display.setTare(0);
    return 'TAC A';
  };
  const reply = (text: string): string => {
    const shown = display.show();
    if (fault() === 'not-zeroed' && /^(S|Z|T)/.test(text)) return 'EL';
    if (fault() === 'busy' && /^(S|Z|T)/.test(text)) return `${text === 'SI' ? 'S' : text} I`;
    if (text === 'S') return shown.moving ? 'S I' : sicsWeight(shown);
    if (text === 'SI' || text === 'SIR') return sicsWeight(shown);
    if (text === 'ZI') return zero(shown.moving);
    if (text === 'TI') return tare(shown.moving);
    if (text.startsWith('TA ')) return presetTare(text);
    if (text === 'TAC') return clearTare();
    const written = displayText(text);
    if (written !== undefined) {
      shows = written;
      return `${text.split(' ', 1)} A`;
    }
    return text === 'I4' || text === '@' ? `${serialForm} A "${serial}"` : 'ES';
  };
  const repeat = (run: number): void => {
    if (run !== repeating) return;
    line.answer(asLine(reply('SIR')));
    line.later(REPEAT_MS, () => repeat(run));
  };
  port.onBytes(
    createLines((text) => {
      // Any command ends the repetition.
      repeating++;
      if (text === 'SIR') repeat(repeating);
      else line.answer(asLine(reply(text)));
    }),
  );
  return { shows: () => shows, close: line.close };
}
