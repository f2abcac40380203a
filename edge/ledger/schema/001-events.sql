-- The record of the store: one row per event, never changed, never removed.
-- `record` is the JSON text that is hashed, synchronised and audited; the columns before it are
-- copies for finding rows, and the verifier holds them to the record.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  tx TEXT NOT NULL,
  source TEXT NOT NULL,
  subject TEXT NOT NULL,
  type TEXT NOT NULL,
  record TEXT NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE INDEX events_by_subject ON events (subject, seq) WHERE subject <> '';

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are append-only: UPDATE refused');
END;

-- With recursive_triggers=ON this also stops INSERT OR REPLACE.
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are append-only: DELETE refused');
END;

-- Gap-free from 1; an existing seq is refused even for an UPSERT.
CREATE TRIGGER events_have_no_gap BEFORE INSERT ON events
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN
  SELECT RAISE(ABORT, 'events are append-only: seq must be the next one');
END;

-- Identity and high-water marks: store, epoch, acked.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
