/**
 * A batch of a store's events on its way into the database. Either everything new in it is
 * committed, or nothing is; what is there already is compared, never written again.
 */
import { hash as digest } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { EVENT_TYPES, GENESIS } from '../../edge/core/events.ts';
import type { Outcome } from '../../edge/core/ports.ts';
import { refuse } from '../errors.ts';
import { decodeEvents, type EventsAnswer, type ReceivedEvent } from '../wire.ts';
import type { Connection, Database } from './database.ts';

interface Head {
  epoch: number;
  head_seq: number;
  head_hash: string;
}

interface Held {
  epoch: number;
  seq: number;
  hash: string;
}

/** Stores a batch. Resolves after the commit; refusals leave nothing behind. */
export async function ingest(
  database: Database,
  storeId: string,
  text: string,
  nowWallMs: number,
): Promise<Outcome<EventsAnswer>> {
  const decoded = decodeEvents(text);
  if (!decoded.ok) return decoded;
  const events = decoded.value;
  const wrong = batchRefusal(events, storeId);
  if (wrong) return wrong;
  return database.transaction(async (connection) => {
    const head = await lockedHead(connection, storeId, nowWallMs);
    const held = await heldBetween(connection, storeId, events);
    const judged = newEvents(events, head, held);
    if (!judged.ok) return judged;
    const fresh = judged.value;
    if (fresh.length > 0) await store(connection, storeId, fresh);
    const last = fresh.at(-1);
    const quarantined = await quarantinedOf(connection, storeId, events);
    return {
      ok: true,
      value: { acked: last?.seq ?? head.head_seq, epoch: last?.epoch ?? head.epoch, quarantined },
    };
  });
}

/** What is wrong with a batch taken by itself. */
function batchRefusal(events: ReceivedEvent[], storeId: string) {
  for (const [at, event] of events.entries()) {
    const { seq, epoch, store, prev } = event;
    if (store !== storeId) return refuse('WRONG_STORE', { seq, store });
    if (digest('sha256', event.record, 'hex') !== event.hash) return refuse('BAD_HASH', { seq });
    const before = events[at - 1];
    const linked = before && seq === before.seq + 1 && prev === before.hash;
    if (before && (!linked || epoch < before.epoch)) return refuse('BROKEN_CHAIN', { seq });
    if (seq === 1 && prev !== GENESIS) return refuse('BROKEN_CHAIN', { seq });
  }
  return undefined;
}

/** One batch of a store at a time: the row stays locked until the commit. */
async function lockedHead(connection: Connection, storeId: string, wallMs: number): Promise<Head> {
  const { rows } = await connection.query<Head>(
    `INSERT INTO stores (store, heard_wall_ms) VALUES ($1, $2)
     ON CONFLICT (store) DO UPDATE SET heard_wall_ms = excluded.heard_wall_ms
     RETURNING epoch, head_seq, head_hash`,
    [storeId, wallMs],
  );
  return rows[0]!;
}

async function heldBetween(
  connection: Connection,
  storeId: string,
  events: ReceivedEvent[],
): Promise<Held[]> {
  const [first, last] = [events[0]?.seq ?? 1, events.at(-1)?.seq ?? 0];
  const { rows } = await connection.query<Held>(
    'SELECT epoch, seq, hash FROM events WHERE store = $1 AND seq BETWEEN $2 AND $3',
    [storeId, first - 1, last],
  );
  return rows;
}

/**
 * The events that are not held yet. None where the batch begins beyond what is held: the answer
 * then says where to go on. FORK where a held event differs or the link to one does; OLD_EPOCH
 * where a ledger that was replaced goes on growing.
 */
function newEvents(events: ReceivedEvent[], head: Head, held: Held[]): Outcome<ReceivedEvent[]> {
  const [first] = events;
  if (!first) return { ok: true, value: [] };
  if (first.seq > 1) {
    const before = held.filter(({ seq, epoch }) => seq === first.seq - 1 && epoch <= first.epoch);
    if (before.length === 0) return { ok: true, value: [] };
    if (!before.some(({ hash }) => hash === first.prev)) return refuse('FORK', { seq: first.seq });
  }
  const known = new Map(held.map(({ epoch, seq, hash }) => [`${epoch} ${seq}`, hash]));
  const at = events.findIndex(({ epoch, seq }) => !known.has(`${epoch} ${seq}`));
  const fresh = at < 0 ? [] : events.slice(at);
  for (const { epoch, seq, hash } of events) {
    const stored = known.get(`${epoch} ${seq}`);
    if (stored !== undefined && stored !== hash) return refuse('FORK', { seq, epoch });
  }
  const start = fresh[0];
  if (!start) return { ok: true, value: [] };
  const { epoch, seq } = start;
  if (epoch < head.epoch) return refuse('OLD_EPOCH', { epoch, newest: head.epoch });
  if (epoch === head.epoch && seq !== head.head_seq + 1) return refuse('FORK', { seq, epoch });
  return { ok: true, value: fresh };
}

const COLUMNS = 'store, epoch, seq, tx, source, type, wall_ms, sold_fen, hash, record';

async function store(connection: Connection, storeId: string, events: ReceivedEvent[]) {
  const read = events.map((event) => ({ event, ...understood(event) }));
  await connection.query(
    'CREATE TEMP TABLE IF NOT EXISTS staging (LIKE events) ON COMMIT DELETE ROWS',
  );
  const rows = read.map(({ event, soldFen }) => copyRow(event, soldFen));
  await pipeline(
    Readable.from(rows),
    connection.query(copyFrom(`COPY staging (${COLUMNS}) FROM STDIN`)),
  );
  const { rowCount } = await connection.query(
    `INSERT INTO events (${COLUMNS}) SELECT ${COLUMNS} FROM staging ON CONFLICT DO NOTHING`,
  );
  if (rowCount !== events.length) throw new Error(`${storeId}: ${rowCount} of ${events.length}`);
  const odd = read.filter(({ reason }) => reason !== undefined);
  await connection.query(
    `INSERT INTO quarantine SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[])`,
    [
      storeId,
      odd.map(({ event }) => event.epoch),
      odd.map(({ event }) => event.seq),
      odd.map(({ reason }) => reason),
    ],
  );
  const last = events.at(-1)!;
  await connection.query(
    'UPDATE stores SET epoch = $2, head_seq = $3, head_hash = $4 WHERE store = $1',
    [storeId, last.epoch, last.seq, last.hash],
  );
}

/** What head office understands of a body, or why it does not. */
function understood({ record, type, version }: ReceivedEvent): {
  soldFen?: number;
  reason?: string;
} {
  if (!EVENT_TYPES.some((known) => known === type)) return { reason: `unknown type ${type}` };
  if (version !== 1) return { reason: `unknown version ${version}` };
  const body = bodyOf(record);
  if (!body) return { reason: 'unreadable body' };
  if (type !== 'SaleCompleted') return {};
  const { totalFen } = body;
  return Number.isSafeInteger(totalFen) ? { soldFen: Number(totalFen) } : { reason: 'no total' };
}

function bodyOf(record: string): Record<string, unknown> | undefined {
  try {
    const { body } = JSON.parse(record);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** COPY's text format: tabs between, \N for none, backslashes and control characters escaped. */
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string): string => text.replaceAll(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c);

function copyRow(event: ReceivedEvent, soldFen: number | undefined): string {
  const { store, epoch, seq, tx, source, type, wallMs, hash, record } = event;
  const cells = [store, epoch, seq, tx, source, type, wallMs, soldFen ?? null, hash, record];
  return `${cells.map((cell) => (cell === null ? '\\N' : escaped(String(cell)))).join('\t')}\n`;
}

async function quarantinedOf(
  connection: Connection,
  storeId: string,
  events: ReceivedEvent[],
): Promise<number[]> {
  const { rows } = await connection.query<{ seq: number }>(
    `SELECT q.seq FROM quarantine q
     JOIN unnest($2::bigint[], $3::bigint[]) AS sent (epoch, seq) USING (epoch, seq)
     WHERE q.store = $1 ORDER BY q.seq`,
    [storeId, events.map(({ epoch }) => epoch), events.map(({ seq }) => seq)],
  );
  return rows.map(({ seq }) => seq);
}
