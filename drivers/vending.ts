/** What a vending machine's audit says: counters that only grow, as opaque integers. */
import type { Text } from './say.ts';

/** How many, and their value in the machine's minor units. */
export interface AuditTotal {
  count: number;
  valueMinor: number;
}

/** Since the machine was set up, and since somebody last reset its counters (no driver does). */
export interface AuditCounter {
  sinceStart: AuditTotal;
  sinceReset?: AuditTotal;
}

export interface AuditSelection extends AuditCounter {
  /** What is pressed on the machine, e.g. `A1` or `12`. */
  selection: string;
  priceMinor?: number;
  /** Sold since the audit before; absent in the first one. */
  soldSince?: AuditTotal;
}

export interface VendingAudit {
  serialNumber?: string;
  model?: string;
  build?: string;
  /** Digits of a value after its point. */
  decimals: number;
  /** ISO 4217, numeric, where the machine says. */
  currency?: string;
  /** All sales: cash and card together. */
  sales?: AuditCounter;
  cash?: AuditCounter;
  cashless?: AuditCounter;
  /** All sales since the audit before; absent in the first one. */
  soldSince?: AuditTotal;
  selections: AuditSelection[];
  /** What went wrong in the machine, by its own code, and how often since it was set up. */
  events: { code: string; count: number }[];
  /** Segments nobody here reads, by name. */
  unread: string[];
}

/** A whole audit, checked against its own counts and sums. */
export interface AuditReading extends VendingAudit {
  kind: 'audit';
  atMs: number;
}

/** `broken`: it came, but not whole, so none of its counters is given out. */
export type AuditOutcome =
  | { ok: true; audit: VendingAudit }
  | { ok: false; reason: 'no-answer' | 'broken' | 'closed'; detail: Text };

export interface VendingMachine {
  kind: 'vending';
  /** Reads the counters now, or joins the reading at hand; resets none. */
  audit(): Promise<AuditOutcome>;
  close(): Promise<void>;
}
