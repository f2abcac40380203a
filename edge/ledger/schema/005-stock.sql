-- Rebuilt from events alone: lots, places, planograms, recalls, holds, open orders and refills,
-- each row as JSON (edge/core/stock.ts).
CREATE TABLE stock_rows (
  family TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (family, key)
) STRICT, WITHOUT ROWID;

-- What a cabinet's slots sold in each hour since 1970, and how long they stood empty in it.
CREATE TABLE demand_hours (
  location TEXT NOT NULL,
  sku TEXT NOT NULL,
  hour INTEGER NOT NULL,
  sold INTEGER NOT NULL,
  empty_ms INTEGER NOT NULL,
  PRIMARY KEY (location, sku, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX demand_by_hour ON demand_hours (hour);
