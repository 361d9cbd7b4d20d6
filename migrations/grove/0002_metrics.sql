-- How caches and layers did, an hour a row: what /api/metrics shows.
CREATE TABLE IF NOT EXISTS cache_metrics (
  hour INTEGER NOT NULL,                  -- Unix time / 3,600,000 ms
  layer TEXT NOT NULL,                    -- request, kv, d1, vectorize, r2
  data_type TEXT NOT NULL,
  hit INTEGER NOT NULL,                   -- 1 hit, 0 miss
  lookups INTEGER NOT NULL,
  total_ms REAL NOT NULL,
  longest_ms REAL NOT NULL,
  PRIMARY KEY (hour, layer, data_type, hit)
) WITHOUT ROWID;
