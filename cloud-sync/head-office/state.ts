/** What head office holds of its stores, for people, tests and comparisons. */
import type { StoredEvent } from '../../edge/core/events.ts';
import type { Database } from './database.ts';

export interface StoreState {
  storeId: string;
  epoch: number;
  headSeq: number;
  headHash: string;
  heardWallMs: number | null;
  /** Rows held, those of replaced epochs among them; the head's seq in a list of all stores. */
  events: number;
  priceBookVersion: number;
  todaySales: number;
  todayFen: number;
  quarantined: { epoch: number; seq: number; reason: string }[];
}

const DAY_MS = 86_400_000;

const STATES = `
  SELECT s.store AS "storeId", s.epoch, s.head_seq AS "headSeq", s.head_hash AS "headHash",
    s.heard_wall_ms AS "heardWallMs",
    -- Counting rows takes long; it is done where one store is asked for.
    CASE WHEN $3::text IS NULL THEN s.head_seq
      ELSE (SELECT count(*) FROM events e WHERE e.store = s.store) END AS events,
    coalesce((SELECT max(version) FROM price_books p WHERE p.store = s.store), 0)
      AS "priceBookVersion",
    today.sales AS "todaySales", today.fen AS "todayFen",
    coalesce((
      SELECT json_agg(json_build_object('epoch', epoch, 'seq', seq, 'reason', reason) ORDER BY seq)
      FROM (SELECT * FROM quarantine WHERE store = s.store ORDER BY epoch DESC, seq DESC LIMIT 100)
    ), '[]') AS quarantined
  FROM stores s, LATERAL (
    SELECT count(*) AS sales, coalesce(sum(sold_fen), 0)::bigint AS fen FROM events e
    WHERE e.store = s.store AND e.sold_fen IS NOT NULL AND e.wall_ms > $1::bigint - 2 * ${DAY_MS}
      AND date(to_timestamp(e.wall_ms / 1000.0) AT TIME ZONE $2)
        = date(to_timestamp($1::bigint / 1000.0) AT TIME ZONE $2)
  ) today
  WHERE $3::text IS NULL OR s.store = $3 ORDER BY s.store`;

/** One store, or all of them. `today` is the local day of `timeZone`. */
export function storeStates(
  database: Database,
  now: { wallMs: number; timeZone: string },
  storeId?: string,
): Promise<StoreState[]> {
  return database.query<StoreState>(STATES, [now.wallMs, now.timeZone, storeId ?? null]);
}

/** A store's ledger as its newest epoch tells it: ascending, without holes, as it was sent. */
export function storedEvents(
  database: Database,
  storeId: string,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  return database.query<{ seq: number; hash: string; record: string }>(
    `SELECT DISTINCT ON (e.seq) e.seq, e.hash, e.record FROM events e JOIN stores s USING (store)
     WHERE e.store = $1 AND e.seq > $2 AND e.seq <= s.head_seq
     ORDER BY e.seq, e.epoch DESC LIMIT $3`,
    [storeId, after, limit],
  );
}

export interface NewestEvent {
  store: string;
  seq: number;
  type: string;
  source: string;
  wallMs: number;
}

/** The newest events of all stores, newest first, by the stores' own clocks. */
export function newestEvents(database: Database, limit: number): Promise<NewestEvent[]> {
  return database.query<NewestEvent>(
    `SELECT recent.* FROM stores s, LATERAL (
       SELECT e.store, e.seq, e.type, e.source, e.wall_ms AS "wallMs" FROM events e
       WHERE e.store = s.store AND e.epoch = s.epoch ORDER BY e.seq DESC LIMIT $1
     ) recent ORDER BY "wallMs" DESC, seq DESC LIMIT $1`,
    [limit],
  );
}
