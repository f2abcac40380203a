-- What each cabinet remembers from visit to visit: the visit under way, what waits for a person,
-- holds and debts, strays, learned weights. Rebuilt from events alone.
CREATE TABLE cabinets (
  cabinet_id TEXT PRIMARY KEY,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
