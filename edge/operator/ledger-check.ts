/** The whole ledger is verified every night, beside the store; what it found stays until the next time. */
import { keepChecked, readChecked } from '../box/ledger-checked.ts';
import type { Clock } from '../core/ports.ts';
import type { LedgerWorkView } from '../core/views/audit-views.ts';
import type { LedgerChecked } from '../core/views/status-view.ts';
import type { LedgerWork } from './ledger-work.ts';

const LOOK_EVERY_MS = 30 * 60_000;
const HOUR_MS = 3_600_000;
/** Hours of the night in which a store is quiet. */
const QUIET = { from: 2, before: 5 };
/** A box that is switched off at night is checked by day. */
const OVERDUE_MS = 44 * HOUR_MS;
const FRESH_MS = 20 * HOUR_MS;
/** Refusals that say something of the ledger, not of the work. */
const BROKEN = ['CORRUPT', 'TAIL_CUT', 'KEY_CHANGED'];

export interface LedgerCheckParts {
  dataDir: string;
  clock: Clock;
  work: LedgerWork;
  /** Of the store, `2026-11-23 15:04`. */
  localTime(wallMs: number): string;
  onChange(): void;
}

export interface LedgerCheck {
  last(): LedgerChecked | undefined;
  close(): void;
}

export function keepLedgerChecked(parts: LedgerCheckParts): LedgerCheck {
  const { dataDir, clock, work, localTime, onChange } = parts;
  let last = readChecked(dataDir);
  work.onEnd((ended) => {
    const checked = checkedOf(ended, clock.wallMs());
    if (!checked) return;
    last = checked;
    keepChecked(dataDir, checked);
    onChange();
  });
  let cancel = clock.after(LOOK_EVERY_MS, look);
  function look() {
    const hour = Number(localTime(clock.wallMs()).slice(11, 13));
    const ageMs = clock.wallMs() - (last?.atWallMs ?? 0);
    const quiet = hour >= QUIET.from && hour < QUIET.before;
    // Somebody else's work on the ledger goes first; the next look tries again.
    if (ageMs > OVERDUE_MS || (quiet && ageMs > FRESH_MS)) work.begin('verify', 'yike');
    cancel = clock.after(LOOK_EVERY_MS, look);
  }
  return { last: () => last, close: () => cancel() };
}

function checkedOf(ended: LedgerWorkView, atWallMs: number): LedgerChecked | undefined {
  const { kind, verified, refusal } = ended;
  if (kind !== 'verify') return undefined;
  if (refusal && BROKEN.includes(refusal.code))
    return { atWallMs, ok: false, reason: refusal.message };
  if (!verified) return undefined;
  const { ok, firstBadSeq, reason } = verified;
  return {
    ...{ atWallMs, ok },
    ...(firstBadSeq !== undefined && { firstBadSeq }),
    ...(reason !== undefined && { reason }),
  };
}
