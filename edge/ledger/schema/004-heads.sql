-- Signed statements of how far the ledger had come: after so many events it stood at this hash and
-- had sold and taken so much. The same statements stand in a file beside the database, so that
-- events cut off the end are missed. `key` is the public key of the box that signed.
CREATE TABLE heads (
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  seq INTEGER NOT NULL CHECK (seq > 0),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  sales INTEGER NOT NULL,
  sold_fen INTEGER NOT NULL,
  captured_fen INTEGER NOT NULL,
  wall_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  key TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER heads_are_never_changed BEFORE UPDATE ON heads
BEGIN
  SELECT RAISE(ABORT, 'heads are append-only: UPDATE refused');
END;

CREATE TRIGGER heads_are_never_removed BEFORE DELETE ON heads
BEGIN
  SELECT RAISE(ABORT, 'heads are append-only: DELETE refused');
END;
