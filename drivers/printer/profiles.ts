/**
 * How a printer's status bytes are read. The standard fixes bits 0, 1, 4 and 7 of a DLE EOT
 * answer, so a byte that breaks them is "not understood", never "ok". Printers that answer in
 * another way have a profile of their own.
 *
 * | n | standard: bit = 1 means                                                     |
 * |---|-----------------------------------------------------------------------------|
 * | 1 | 3 off-line                                                                  |
 * | 2 | 2 cover open, 5 stopped by paper end, 6 error                               |
 * | 3 | 2 mechanical, 3 cutter, 5 unrecoverable, 6 head too hot                     |
 * | 4 | 2 and 3 paper low, 5 and 6 paper out                                        |
 *
 * Hwasung HMK-830, n = 2: 0 no paper, 1 head up, 2 jam, 3 paper low, 4 printing, 5 cutter.
 * Sources: Epson TM-T88III guide, Hwasung HMK-830 manual.
 */
import type { PrinterStatus } from '../contract.ts';

/** Number n of the DLE EOT question. */
export type Question = 1 | 2 | 3 | 4;

export interface StatusFacts {
  online?: boolean;
  cover?: 'closed' | 'open';
  paper?: 'ok' | 'low' | 'out';
  error?: PrinterStatus['error'];
  /** Something is wrong that only question 3 explains. */
  errorToExplain?: boolean;
}

export interface PrinterProfile {
  name: 'standard' | 'hmk-830';
  /** Asked for a whole status, in this order; 3 is asked besides when there is an error. */
  questions: readonly Question[];
  /** Facts of one answer, or undefined where it was not understood. */
  read(question: Question, byte: number): StatusFacts | undefined;
  /** Whether GS r 1 is answered in its turn, after everything before it was printed. */
  answersInTurn: boolean;
}

const bit = (byte: number, index: number): boolean => ((byte >> index) & 1) === 1;

/** Fixed bits of every standard DLE EOT answer. */
export function isStandardStatus(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** Bits 2, 3, 5 and 6 name the error both in answer 3 and in the second ASB byte. */
export function errorOf(byte: number): PrinterStatus['error'] {
  if (bit(byte, 5)) return 'unrecoverable';
  if (bit(byte, 3)) return 'cutter';
  if (bit(byte, 2)) return 'mechanical';
  return bit(byte, 6) ? 'temperature' : undefined;
}

function readStandard(question: Question, byte: number): StatusFacts | undefined {
  if (!isStandardStatus(byte)) return undefined;
  switch (question) {
    case 1:
      return { online: !bit(byte, 3) };
    case 2:
      return {
        cover: bit(byte, 2) ? 'open' : 'closed',
        ...(bit(byte, 5) ? { paper: 'out' } : {}),
        errorToExplain: bit(byte, 6),
      };
    case 3:
      return { error: errorOf(byte) };
    case 4:
      return { paper: (byte & 0x60) !== 0 ? 'out' : (byte & 0x0c) !== 0 ? 'low' : 'ok' };
  }
}

function readHmk830(question: Question, byte: number): StatusFacts | undefined {
  if (question === 1) return readStandard(1, byte);
  if (question !== 2 || (byte & 0xc0) !== 0) return undefined;
  return {
    paper: bit(byte, 0) ? 'out' : bit(byte, 3) ? 'low' : 'ok',
    cover: bit(byte, 1) ? 'open' : 'closed',
    error: bit(byte, 2) ? 'mechanical' : bit(byte, 5) ? 'cutter' : undefined,
  };
}

export const PROFILES: Record<PrinterProfile['name'], PrinterProfile> = {
  standard: {
    name: 'standard',
    questions: [1, 2, 4],
    read: readStandard,
    answersInTurn: true,
  },
  'hmk-830': {
    name: 'hmk-830',
    questions: [1, 2],
    read: readHmk830,
    answersInTurn: false,
  },
};
