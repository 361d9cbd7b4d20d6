-- Made by `make schema` from migrations/grove; change those, not this.

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  google_id TEXT UNIQUE,                  -- NULL for the local listener
  email TEXT UNIQUE,
  display_name TEXT,
  avatar_url TEXT,
  credits_available INTEGER NOT NULL DEFAULT 5 CHECK (credits_available >= 0),
  credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
  credits_used_total INTEGER NOT NULL DEFAULT 0 CHECK (credits_used_total >= 0),
  subscription_tier TEXT NOT NULL DEFAULT 'free',
  subscription_expires_at INTEGER,
  stripe_customer_id TEXT,
  preferences TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_login_at INTEGER
);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users(id),
  request_key TEXT,                       -- Idempotency-Key of the request that started it
  seed_query TEXT NOT NULL,
  seed_track_id TEXT,
  seed_track_mbid TEXT,
  seed_track_title TEXT,
  seed_track_artist TEXT,
  playlist_size INTEGER NOT NULL,
  config TEXT NOT NULL DEFAULT '{}',      -- the whole ask as JSON
  status TEXT NOT NULL,                   -- pending, processing, needs_choice, complete, failed
  playlist_id TEXT,
  track_count INTEGER,
  credits_reserved INTEGER NOT NULL,      -- what the run may cost
  credits_used INTEGER NOT NULL DEFAULT 0,
  settled_at INTEGER,                     -- when the credits were consumed or refunded
  processing_time_ms INTEGER,
  cache_hit INTEGER NOT NULL DEFAULT 0,
  upstream_calls INTEGER,
  error_kind TEXT,
  error_message TEXT,
  r2_key TEXT,
  created_at INTEGER NOT NULL,
  completed_at INTEGER
);

CREATE INDEX idx_runs_user_id ON runs(user_id, created_at DESC);

CREATE INDEX idx_runs_created_at ON runs(created_at);

CREATE INDEX idx_runs_status ON runs(status);

CREATE UNIQUE INDEX idx_runs_request_key ON runs(user_id, request_key) WHERE request_key IS NOT NULL;

CREATE TABLE playlists (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users(id),
  run_id TEXT NOT NULL UNIQUE REFERENCES runs(id),
  title TEXT NOT NULL,
  current_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE INDEX idx_playlists_user_id ON playlists(user_id, created_at DESC);

CREATE TABLE playlist_versions (
  playlist_id TEXT NOT NULL REFERENCES playlists(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  parent INTEGER,
  change TEXT NOT NULL DEFAULT '',
  playlist_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (playlist_id, version)
) WITHOUT ROWID;

CREATE TABLE tracks (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,
  artist_mbid TEXT,
  album TEXT,
  release_year INTEGER,
  tags TEXT,                              -- JSON array
  lastfm_url TEXT,
  vectorize_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE INDEX idx_tracks_artist ON tracks(artist);

CREATE TABLE track_external_ids (
  scheme TEXT NOT NULL,                   -- mbid, isrc, spotify
  value TEXT NOT NULL,
  track_id TEXT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
  PRIMARY KEY (scheme, value, track_id)
) WITHOUT ROWID;

CREATE INDEX idx_track_external_ids_track ON track_external_ids(track_id);

CREATE TABLE user_preferences (
  user_id TEXT PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
  favorite_tags TEXT NOT NULL DEFAULT '[]',
  favorite_artists TEXT NOT NULL DEFAULT '[]',
  era_preference TEXT NOT NULL DEFAULT '{}',
  default_playlist_size INTEGER NOT NULL DEFAULT 15,
  default_output_format TEXT NOT NULL DEFAULT 'both',
  updated_at INTEGER NOT NULL
);

CREATE TABLE credit_transactions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users(id),
  amount INTEGER NOT NULL,                -- change of credits_available
  type TEXT NOT NULL,                     -- grant, subscription, purchase, reserve, use, refund
  run_id TEXT REFERENCES runs(id),
  description TEXT,
  created_at INTEGER NOT NULL
);

CREATE INDEX idx_credit_transactions_user_id ON credit_transactions(user_id, created_at);

CREATE TABLE cache_metrics (
  hour INTEGER NOT NULL,                  -- Unix time / 3,600,000 ms
  layer TEXT NOT NULL,                    -- request, kv, d1, vectorize, r2
  data_type TEXT NOT NULL,
  hit INTEGER NOT NULL,                   -- 1 hit, 0 miss
  lookups INTEGER NOT NULL,
  total_ms REAL NOT NULL,
  longest_ms REAL NOT NULL,
  PRIMARY KEY (hour, layer, data_type, hit)
) WITHOUT ROWID;
