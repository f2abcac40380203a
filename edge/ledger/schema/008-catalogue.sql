-- What the store itself changed on head office's price book, and which price rules ran when
-- (edge/core/catalogue-state.ts). One row; rebuilt from events alone.
CREATE TABLE catalogue (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL
) STRICT;
