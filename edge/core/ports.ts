/**
 * Time, chance and names are passed in, so the whole controller can run in simulated time from a
 * seed that replays. The only implementations that touch the real clock are `edge/runtime.ts` and
 * the simulator's own.
 */
export interface Clock {
  /** Monotonic milliseconds; never steps. Every timeout, age and deadline uses this. */
  monoMs(): number;
  /** The same in microseconds, where the clock tells so fine; for traces of the wire. */
  monoUs?(): number;
  /** Wall-clock milliseconds since 1970; may step. For people and receipts, never for order. */
  wallMs(): number;
  /** Whether wall time can be believed (NTP seen, or newer than everything in the ledger). */
  wallQuality(): 'trusted' | 'unsure';
  /** Run `fn` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Fresh identifiers, made before the first attempt at anything: `ids('sale')` → `sale-01J…`. */
export type Ids = (prefix: string) => string;

/** Two languages, Chinese first. Every sentence a person reads is one of these. */
export interface Text {
  zh: string;
  en: string;
}

/** A refusal is an expected outcome: what, why, and what to do next. Bugs throw instead. */
export interface Refusal {
  /** Stable, upper-case, from the room's error table, e.g. `ITEM_UNKNOWN`. */
  code: string;
  message: Text;
  /** What the reader should do next. */
  next: Text;
  /** Facts for logs and for the sentence: barcode, device, limit … never a payment code in full. */
  detail?: Record<string, string | number>;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };
