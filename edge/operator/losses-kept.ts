/**
 * What the ledger so far says of losses, kept beside it, so that a start need not read a month
 * again. A file that is damaged, of other rules or of another ledger is as good as none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { replaceFile } from '../box/durable-file.ts';
import { type LossesKnown, nothingKnown } from '../core/loss/losses.ts';
import type { Ledger } from '../ledger/contract.ts';

/** Raised when the shape of what is known changes. */
const SHAPE = 1;

export interface LossesRead {
  known: LossesKnown;
  /** The last event that was read; undefined where none was. */
  seq?: number;
}

const fileIn = (dataDir: string): string => join(dataDir, 'losses-known.bin');

/** @param rules lanes and limits by which it was judged, as JSON */
export function recallLosses(dataDir: string, ledger: Ledger, rules: string): LossesRead {
  try {
    const kept = deserialize(readFileSync(fileIn(dataDir)));
    const { shape, rules: before, seq, hash, known } = kept;
    const [event] = ledger.readAfter(seq - 1, 1);
    const fits = shape === SHAPE && before === rules && event?.hash === hash;
    return fits ? { known, seq } : { known: nothingKnown() };
  } catch {
    return { known: nothingKnown() };
  }
}

export function keepLosses(
  dataDir: string,
  ledger: Ledger,
  rules: string,
  { known, seq = 0 }: LossesRead,
): void {
  const [event] = ledger.readAfter(seq - 1, 1);
  if (!event) return;
  const { hash } = event;
  replaceFile(fileIn(dataDir), serialize({ shape: SHAPE, rules, seq, hash, known }));
}
