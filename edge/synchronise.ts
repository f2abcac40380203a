/** The store's two conversations with head office: events up, prices down. Off where none is set. */
import type { RequestWire } from '../drivers/contract.ts';
import type { Config } from './config.ts';
import type { Clock, Random } from './core/ports.ts';
import type { StatusView } from './core/views.ts';
import type { Ledger } from './ledger/contract.ts';
import type { Log } from './log.ts';

export interface Synchronising {
  status(): Omit<StatusView['sync'], 'priceBookVersion'>;
  /** Something was appended: send it soon. */
  nudge(): void;
  close(): Promise<void>;
}

export interface SynchroniseParts {
  config: Config;
  ledger: Ledger;
  clock: Clock;
  random: Random;
  log: Log;
  openHeadOffice?: (url: string) => RequestWire;
  onChange(): void;
}

const OFF: Synchronising = {
  status: () => ({ link: 'off', unsent: 0, ackedSeq: 0, headSeq: 0 }),
  nudge() {},
  async close() {},
};

/** Starts both conversations, or none where the configuration names no head office. */
export function startSynchronising(parts: SynchroniseParts): Synchronising {
  const { headOffice } = parts.config;
  if (!headOffice)
    return { ...OFF, status: () => ({ ...OFF.status(), headSeq: parts.ledger.head().seq }) };
  return OFF;
}
