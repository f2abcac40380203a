-- Head office owns prices: each version is stored whole and never edited.
CREATE TABLE price_books (
  version INTEGER PRIMARY KEY,
  issued_wall_ms INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;

-- `gtin` is padded to 14 digits, so GTIN-8/12/13/14 of one article meet; '' where there is none.
CREATE TABLE items (
  version INTEGER NOT NULL REFERENCES price_books ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sku TEXT NOT NULL,
  gtin TEXT NOT NULL,
  plu TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (version, sku)
) STRICT, WITHOUT ROWID;

CREATE INDEX items_by_gtin ON items (version, gtin) WHERE gtin <> '';
CREATE INDEX items_by_plu ON items (version, plu) WHERE plu <> '';
