-- Old events that head office holds lie in compressed files, `archive/FIRST-LAST-HASH.ndjson.gz`.
-- `last_hash` chains a segment to what follows; `sha256` is that of the file as it lies there.
CREATE TABLE segments (
  first_seq INTEGER PRIMARY KEY CHECK (first_seq > 0),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  last_hash TEXT NOT NULL CHECK (length(last_hash) = 64),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT;

CREATE TRIGGER segments_are_never_changed BEFORE UPDATE ON segments
BEGIN
  SELECT RAISE(ABORT, 'segments are append-only: UPDATE refused');
END;

CREATE TRIGGER segments_are_never_removed BEFORE DELETE ON segments
BEGIN
  SELECT RAISE(ABORT, 'segments are append-only: DELETE refused');
END;

CREATE TRIGGER segments_have_no_gap BEFORE INSERT ON segments
WHEN NEW.first_seq <> (SELECT coalesce(max(last_seq), 0) + 1 FROM segments)
  OR NEW.last_hash IS NOT (SELECT hash FROM events WHERE seq = NEW.last_seq)
  OR NEW.last_seq >= (SELECT max(seq) FROM events)
BEGIN
  SELECT RAISE(ABORT, 'segments are append-only: it must hold the oldest events of the table');
END;

-- Which segments hold events about a subject.
CREATE TABLE archived_subjects (
  subject TEXT NOT NULL,
  first_seq INTEGER NOT NULL REFERENCES segments,
  PRIMARY KEY (subject, first_seq)
) STRICT, WITHOUT ROWID;

-- From now on a row may go, but only one that a segment holds.
DROP TRIGGER events_are_never_removed;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
WHEN OLD.seq > (SELECT coalesce(max(last_seq), 0) FROM segments)
BEGIN
  SELECT RAISE(ABORT, 'events are append-only: DELETE refused');
END;
