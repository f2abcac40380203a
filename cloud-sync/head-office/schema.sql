-- What head office keeps of every store. Applied at every start; each statement may run again.

CREATE TABLE IF NOT EXISTS stores (
  store text PRIMARY KEY,
  -- Where the newest epoch of its ledger ends: everything up to here is held, without a hole.
  epoch bigint NOT NULL DEFAULT 0,
  head_seq bigint NOT NULL DEFAULT 0,
  head_hash text NOT NULL DEFAULT repeat('0', 64),
  heard_wall_ms bigint
);

-- `record` is the text that was hashed in the store; the columns before it are copies.
CREATE TABLE IF NOT EXISTS events (
  store text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  tx text NOT NULL,
  source text NOT NULL,
  type text NOT NULL,
  wall_ms bigint NOT NULL,
  -- Total of a completed sale, for adding up.
  sold_fen bigint,
  hash text NOT NULL,
  record text NOT NULL,
  PRIMARY KEY (store, epoch, seq)
);
CREATE INDEX IF NOT EXISTS events_sold ON events (store, wall_ms) WHERE sold_fen IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_seq ON events (store, seq);
-- Orders of goods, and their ends.
CREATE INDEX IF NOT EXISTS events_orders ON events (store, type) WHERE type LIKE 'Replenishment%';

-- Events that are held but were not understood; people look at them, nothing waits for that.
CREATE TABLE IF NOT EXISTS quarantine (
  store text NOT NULL,
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (store, epoch, seq)
);

CREATE TABLE IF NOT EXISTS price_books (
  store text NOT NULL,
  version bigint NOT NULL,
  sha256 text NOT NULL,
  published_wall_ms bigint NOT NULL,
  book text NOT NULL,
  PRIMARY KEY (store, version)
);
