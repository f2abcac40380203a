/** What a status means for people: the standing warning, and whether a job can be printed. */
import type { DriverContext, PrinterStatus, PrintOutcome, ReasonCode } from '../contract.ts';
import { say, type Text } from '../say.ts';

export interface Reading {
  status: PrinterStatus;
  /** False where the printer said nothing. */
  answered: boolean;
  /** False where it said something that is no status we know: that is not "ok". */
  understood: boolean;
}

/** What is known of a printer that said nothing. */
export function silent(atMs: number): Reading {
  const nothing = { kind: 'printer-status', paper: 'unknown', cover: 'unknown' } as const;
  return { status: { ...nothing, online: false, atMs }, answered: false, understood: false };
}

/** Emits a status when it changed, and keeps the standing warning. Silence changes nothing. */
export function publisher(context: DriverContext): (reading: Reading) => void {
  let told = '';
  return (reading) => {
    if (!reading.answered) return;
    const { atMs: _, ...facts } = reading.status;
    const now = JSON.stringify({ facts, understood: reading.understood });
    if (now === told) return;
    told = now;
    context.emit(reading.status);
    context.warn(...warningOf(reading));
  };
}

function warningOf({ status, understood }: Reading): [reason?: ReasonCode, detail?: Text | string] {
  if (status.cover === 'open') return ['COVER_OPEN'];
  if (status.paper === 'out') return ['PAPER_OUT'];
  if (status.error !== undefined) return ['PRINTER_ERROR', status.error];
  if (!understood) return ['STATUS_UNKNOWN'];
  if (!status.online) return ['PRINTER_ERROR', say('离线', 'off-line')];
  return status.paper === 'low' ? ['PAPER_LOW'] : [];
}

export type Obstacle = Extract<PrintOutcome, { ok: false }>['reason'];

/** Why a printer in this state prints nothing, or undefined where it can. */
export function obstacleOf({ status, answered, understood }: Reading): Obstacle | undefined {
  if (!answered) return 'no-answer';
  if (status.cover === 'open') return 'cover-open';
  if (status.paper === 'out') return 'paper-out';
  if (status.error !== undefined || !understood) return 'error';
  return status.online ? undefined : 'offline';
}
