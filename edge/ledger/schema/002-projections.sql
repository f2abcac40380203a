-- Everything below can be rebuilt from events alone, except `commands`.

-- Sales that are open, being paid, or still owe the world something (a query, a receipt).
CREATE TABLE open_sales (
  sale_id TEXT PRIMARY KEY,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  lane_id TEXT NOT NULL,
  price_book_version INTEGER NOT NULL,
  phase TEXT NOT NULL,
  lines INTEGER NOT NULL,
  total_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `day` is the store's local day, fixed when the sale was committed.
CREATE TABLE completed_sales (
  sale_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  day TEXT NOT NULL,
  total_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX completed_sales_by_day ON completed_sales (day, total_fen);

CREATE TABLE day_items (
  day TEXT NOT NULL,
  sku TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  grams INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  sales INTEGER NOT NULL,
  PRIMARY KEY (day, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock (
  sku TEXT NOT NULL,
  location TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  grams INTEGER NOT NULL,
  PRIMARY KEY (sku, location)
) STRICT, WITHOUT ROWID;

-- The label itself is the event at `seq`.
CREATE TABLE labels (
  label_number TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  ean13 TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX labels_live ON labels (ean13, seq) WHERE state = 'live';

-- Answers of commands already carried out, so that a repeated request changes nothing.
CREATE TABLE commands (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
