/** A store's ledger in memory with a real chain, and time that moves when a test says so. */
import { createHash } from 'node:crypto';
import { type DomainEvent, GENESIS, type StoredEvent } from '../edge/core/events.ts';
import type { Clock, Random } from '../edge/core/ports.ts';
import type { EventSource } from './uplink.ts';
import { encodeEvents, type SyncLog } from './wire.ts';

export const silent: SyncLog = { info() {}, warn() {} };

export interface StoreFixture extends EventSource {
  storeId: string;
  events: StoredEvent[];
  /** Appends `count` events of any kind. */
  sell(count: number): void;
  /** Appends one event as given; `envelope` overrides what is recorded around it. */
  append(event: { type: string; body: unknown }, envelope?: Record<string, unknown>): StoredEvent;
  /** Appends text that only looks like a record: its body is broken off. */
  appendBroken(): StoredEvent;
}

export interface FixtureOptions {
  random?: Random;
  epoch?: number;
  /** What a restored ledger begins with. */
  events?: StoredEvent[];
}

/** Texts that a careless path would change: escapes, tabs, surrogates, separators, long ones. */
const WORDS = [
  '红富士苹果',
  'a "quoted" \\ name',
  'tab\tnew\nline\r\u0000\u2028',
  '👩‍🌾𠮷 \ud800',
  '\\N',
  '}\n{"hash":"',
  'x'.repeat(3000),
];

export function storeFixture(storeId: string, options: FixtureOptions = {}): StoreFixture {
  const { random = () => 0.5, epoch = 1, events = [] } = options;
  let acked = 0;
  const write = (envelope: Record<string, unknown>, event: { type: string; body: unknown }) => {
    const seq = events.length + 1;
    const prev = events.at(-1)?.hash ?? GENESIS;
    const fixed = { seq, epoch, store: storeId, boot: 'boot-1', monoMs: seq * 7 };
    const when = { wallMs: 1_764_000_000_000 + seq * 1000, clock: 'trusted', tx: `tx-${seq}` };
    const record = { ...fixed, ...when, source: 'lane-1', prev, v: 1, ...envelope };
    return JSON.stringify({ ...record, type: event.type, body: event.body });
  };
  const keep = (record: string): StoredEvent => {
    const hash = createHash('sha256').update(record).digest('hex');
    const stored = { seq: events.length + 1, hash, record };
    events.push(stored);
    return stored;
  };
  return {
    storeId,
    epoch,
    events,
    sell(count) {
      for (let each = 0; each < count; each++) keep(write({}, anyEvent(random, events.length)));
    },
    append: (event, envelope = {}) => keep(write(envelope, event)),
    appendBroken: () => keep(write({}, { type: 'Booted', body: {} }).replace('{}}', '{"soft')),
    readAfter: (seq, limit) => events.slice(seq, seq + limit),
    head: () => ({ seq: events.length }),
    acked: () => acked,
    setAcked(seq) {
      if (seq > events.length) throw new Error('acknowledged beyond the head');
      acked = Math.max(acked, seq);
    },
  };
}

function anyEvent(random: Random, at: number): DomainEvent {
  const pick = Math.floor(random() * 3);
  const reason = WORDS[Math.floor(random() * WORDS.length)] ?? '';
  const saleId = `sale-${at}`;
  if (pick === 0) return { type: 'SaleCancelled', body: { saleId, reason } };
  if (pick === 1) return saleOf(100 + at, saleId);
  const move = { sku: 'apple', location: 'shelf', pieces: 0, grams: -612 };
  return { type: 'StockMoved', body: { cause: 'sale', saleId, lineId: 'line-1', move } };
}

export function saleOf(totalFen: number, saleId = 'sale-1'): DomainEvent {
  const receipt = { receiptNo: '0001', receiptJobId: 'job-1' };
  return {
    type: 'SaleCompleted',
    body: { saleId, laneId: 'lane-1', totalFen, lines: 1, ...receipt },
  };
}

/** A request body's text of events `from` to `to`, both counted in. */
export const batchText = ({ events }: StoreFixture, from: number, to: number): string =>
  encodeEvents(events.slice(from - 1, to)).text;

export interface TestClock extends Clock {
  /** Fires every timer due within `byMs`, in order, letting what they start run on. */
  advance(byMs: number): Promise<void>;
  timers(): number;
}

export function testClock(): TestClock {
  let nowMs = 0;
  const waiting = new Set<{ dueMs: number; fn: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    monoMs: () => nowMs,
    wallMs: () => 1_764_000_000_000 + nowMs,
    wallQuality: () => 'trusted',
    after(delayMs, fn) {
      const timer = { dueMs: nowMs + delayMs, fn };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      await settle();
      for (;;) {
        const [next] = [...waiting]
          .filter(({ dueMs }) => dueMs <= untilMs)
          .sort((one, other) => one.dueMs - other.dueMs);
        if (!next) break;
        waiting.delete(next);
        nowMs = next.dueMs;
        next.fn();
        await settle();
      }
      nowMs = untilMs;
    },
    timers: () => waiting.size,
  };
}
