-- Promotion into the vector index: who is at it, and which tracks it could not take and why.
-- track_access_log.vectorized: 0 not yet, 1 promoted, 2 refused for now (a row below).

-- A job that must not run twice at once holds its row until it ends or its time is over.
CREATE TABLE IF NOT EXISTS leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until_ms INTEGER NOT NULL               -- Unix milliseconds
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS promotion_rejects (
  spotify_id TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 1,
  rejected_at INTEGER NOT NULL,           -- Unix seconds, of the last try
  again_at INTEGER NOT NULL               -- not looked at again before: an import may mend it
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_promotion_rejects_again ON promotion_rejects(again_at);
