-- Every sale that was paid, that money was asked for, or that was given up with goods in it.
-- `seq` is that of its first event, `last_seq` of its newest; `wall_ms` when it was paid or given
-- up, before that when money was asked for. `dispute` is '', open or decided.
CREATE TABLE orders (
  seq INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL,
  wall_ms INTEGER NOT NULL,
  place TEXT NOT NULL,
  state TEXT NOT NULL,
  total_fen INTEGER NOT NULL,
  refunded_fen INTEGER NOT NULL,
  dispute TEXT NOT NULL
) STRICT;

-- What an order is found by: `=` an article, `#` the end of a number, last character first,
-- `@` the counter's scale that weighed a line.
CREATE TABLE order_words (
  word TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (word, seq)
) STRICT, WITHOUT ROWID;

-- What an article was called when it was last sold.
CREATE TABLE sold_names (
  sku TEXT PRIMARY KEY,
  zh TEXT NOT NULL,
  en TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people did, found by who, what and when; the event itself is the one at `seq`.
CREATE TABLE acts (
  seq INTEGER PRIMARY KEY,
  wall_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person TEXT NOT NULL
) STRICT;
