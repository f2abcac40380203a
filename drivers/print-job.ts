/** What a printer is given, what became of it, and where it stands on the paper. */

export interface PrintJob {
  jobId: string;
  /** Model-neutral document; the driver renders it. Text is UTF-16 as given, control-free. */
  lines: PrintLine[];
  /** Marks the paper as a copy. */
  copy?: boolean;
}

export interface TextLine {
  text: string;
  align?: 'left' | 'centre' | 'right';
  size?: 1 | 2;
  bold?: boolean;
  /** Its digits are at least this high, or as high as one row lets them; never below `size`. */
  digitsMm?: number;
}

export type PrintLine =
  | TextLine
  | { columns: { text: string; width: number; align?: 'left' | 'right' }[]; bold?: boolean }
  | { rule: true }
  | { feed: number }
  | { qr: string; moduleSize?: number }
  | { ean13: string }
  | { cut: true };

/** `printed` only after the printer's status was asked again and understood. */
export type PrintOutcome =
  | { ok: true }
  | {
      ok: false;
      reason: 'paper-out' | 'cover-open' | 'offline' | 'error' | 'no-answer';
      sent: boolean;
    };

/** In dots from the upper left corner of the paper. Text is 24 dots high, Latin 12 wide, Chinese 24. */
export type Placed =
  /** `scale` times as large, 1 to 8. */
  | { kind: 'text'; x: number; y: number; scale: number; bold: boolean; text: string }
  | { kind: 'bar'; x: number; y: number; widthDots: number; heightDots: number }
  | {
      kind: 'ean13';
      /** Of the first bar. */
      x: number;
      y: number;
      moduleDots: number;
      heightDots: number;
      digits: string;
    }
  | { kind: 'qr'; x: number; y: number; sideDots: number; text: string };

export interface PaperLayout {
  widthDots: number;
  heightDots: number;
  placed: Placed[];
}
