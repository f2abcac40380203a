/**
 * Starts that ended badly, remembered beside the ledger: after three within a minute the next one
 * leaves the devices alone, so that a driver or a setting that kills the controller cannot keep
 * the operator's page from coming up.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/ports.ts';
import { replaceFile } from './durable-file.ts';

const FILE = 'starts.json';
const CRASHES = 3;
const WITHIN_MS = 60_000;
/** A start that lived this long was no crashed start. */
const SETTLED_MS = 60_000;

export interface Start {
  /** Whether this start must leave devices alone. */
  safe: boolean;
  /** The controller ended as it was told to. */
  ended(): void;
}

/** Wall times of starts that nobody has seen end well; what cannot be read counts as none. */
function readStarts(file: string): number[] {
  if (!existsSync(file)) return [];
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'number') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * Notes this start. `safe` after three starts within a minute that did not end well. Wall time is
 * the only one that outlives a start; a clock that jumps can at worst ask for one start too many.
 */
export function noteStart(dataDir: string, clock: Clock): Start {
  const file = join(dataDir, FILE);
  const nowMs = clock.wallMs();
  const recent = readStarts(file).filter((each) => Math.abs(nowMs - each) < WITHIN_MS);
  const keep = (starts: number[]) => replaceFile(file, JSON.stringify(starts.slice(-CRASHES)));
  keep([...recent, nowMs]);
  const cancel = clock.after(SETTLED_MS, () => keep([]));
  return {
    safe: recent.length >= CRASHES,
    ended() {
      cancel();
      keep([]);
    },
  };
}
