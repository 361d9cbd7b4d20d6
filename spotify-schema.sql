-- Made by `make schema` from migrations/catalogue; change those, not this.

CREATE TABLE catalogue_tracks (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,                   -- the credit as shown
  artist_key TEXT NOT NULL,               -- domain/names.py artist_key
  work_key TEXT NOT NULL,                 -- domain/works.py work_key
  alt_names TEXT,                         -- other spellings of title and artist, for finding only
  album TEXT,
  year INTEGER,
  decade INTEGER,                         -- 1990 for 1990-1999
  duration_ms INTEGER,
  explicit INTEGER,
  popularity REAL,                        -- 0-100 at the time of the snapshot
  playlists INTEGER NOT NULL DEFAULT 0,   -- how many imported playlists hold it
  mbid TEXT,
  isrc TEXT,
  spotify_id TEXT,
  spotify_artist_id TEXT,
  origin TEXT NOT NULL,                   -- 'import' or 'demo' (invented)
  imported_at INTEGER NOT NULL DEFAULT (unixepoch())
) WITHOUT ROWID;

CREATE INDEX idx_catalogue_tracks_artist ON catalogue_tracks(artist_key, popularity DESC);

CREATE INDEX idx_catalogue_tracks_work ON catalogue_tracks(work_key);

CREATE INDEX idx_catalogue_tracks_mbid ON catalogue_tracks(mbid) WHERE mbid IS NOT NULL;

CREATE INDEX idx_catalogue_tracks_isrc ON catalogue_tracks(isrc) WHERE isrc IS NOT NULL;

CREATE INDEX idx_catalogue_tracks_spotify ON catalogue_tracks(spotify_id) WHERE spotify_id IS NOT NULL;

CREATE INDEX idx_catalogue_tracks_decade ON catalogue_tracks(decade, popularity DESC);

CREATE VIRTUAL TABLE catalogue_search USING fts5(
  id UNINDEXED, title, artist, tokenize = "unicode61 remove_diacritics 0", prefix = "1 2 3"
);

CREATE TABLE catalogue_tags (
  track_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  weight REAL NOT NULL,
  PRIMARY KEY (track_id, tag)
) WITHOUT ROWID;

CREATE INDEX idx_catalogue_tags_tag ON catalogue_tags(tag, weight DESC);

CREATE TABLE catalogue_playlists (
  id TEXT PRIMARY KEY,
  name TEXT,
  tracks INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE catalogue_playlist_tracks (
  playlist_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  track_id TEXT NOT NULL,
  PRIMARY KEY (playlist_id, position)
) WITHOUT ROWID;

CREATE INDEX idx_catalogue_playlist_tracks_track ON catalogue_playlist_tracks(track_id);

CREATE TABLE spotify_mbid_xref (
  spotify_id TEXT PRIMARY KEY,
  isrc TEXT,                              -- not every track has one
  mbid TEXT,
  match_confidence REAL,                  -- 0-1
  match_method TEXT,                      -- isrc_exact, isrc_fuzzy, metadata_match, no_match
  created_at INTEGER DEFAULT (unixepoch()),
  updated_at INTEGER DEFAULT (unixepoch())
);

CREATE INDEX idx_xref_isrc ON spotify_mbid_xref(isrc);

CREATE INDEX idx_xref_mbid ON spotify_mbid_xref(mbid);

CREATE TABLE spotify_audio_features_cache (
  spotify_id TEXT PRIMARY KEY,
  tempo REAL,                             -- BPM; NULL: unknown, as everywhere below
  time_signature INTEGER,
  key INTEGER,                            -- 0-11; -1 in source data becomes NULL
  mode INTEGER,
  loudness REAL,                          -- dB
  energy REAL,
  danceability REAL,
  speechiness REAL,
  acousticness REAL,
  instrumentalness REAL,
  liveness REAL,
  valence REAL,
  duration_ms INTEGER,
  popularity REAL,
  cached_at INTEGER DEFAULT (unixepoch())
);

CREATE INDEX idx_features_popularity ON spotify_audio_features_cache(popularity DESC);

CREATE TABLE playlist_cooccurrence (
  track_a TEXT NOT NULL,
  rank INTEGER NOT NULL,                  -- 1 = closest by cosine
  track_b TEXT NOT NULL,
  cooccurrence_count INTEGER NOT NULL,
  pmi_score REAL NOT NULL,
  jaccard_score REAL NOT NULL,
  cosine_score REAL NOT NULL,             -- normalised and shrunk: count / (sqrt(na * nb) + shrink)
  PRIMARY KEY (track_a, rank)
) WITHOUT ROWID;

CREATE UNIQUE INDEX idx_cooccur_pair ON playlist_cooccurrence(track_a, track_b);

CREATE TABLE artist_cooccurrence (
  artist_a TEXT NOT NULL,                 -- artist_key
  rank INTEGER NOT NULL,
  artist_b TEXT NOT NULL,
  name_b TEXT NOT NULL,                   -- as shown
  playlists INTEGER NOT NULL,
  cosine_score REAL NOT NULL,
  PRIMARY KEY (artist_a, rank)
) WITHOUT ROWID;

CREATE TABLE spotify_artist_genres (
  spotify_artist_id TEXT NOT NULL,
  genre TEXT NOT NULL,
  PRIMARY KEY (spotify_artist_id, genre)
);

CREATE INDEX idx_genre ON spotify_artist_genres(genre);

CREATE TABLE track_access_log (
  spotify_id TEXT PRIMARY KEY,
  access_count INTEGER DEFAULT 1,
  last_accessed INTEGER,
  vectorized INTEGER DEFAULT 0,
  promoted_at INTEGER
);

CREATE INDEX idx_access_promotion ON track_access_log(vectorized, access_count DESC);

CREATE TABLE precomputed_similar (
  seed_spotify_id TEXT NOT NULL,
  similar_spotify_id TEXT NOT NULL,
  similarity_score REAL,
  rank INTEGER,
  PRIMARY KEY (seed_spotify_id, similar_spotify_id)
);

CREATE INDEX idx_precomputed_seed ON precomputed_similar(seed_spotify_id, rank);

CREATE TABLE catalogue_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL                     -- JSON
);

CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  file TEXT NOT NULL,                     -- name without its folder
  sha256 TEXT NOT NULL,
  columns TEXT NOT NULL,                  -- JSON: our field -> their column
  rows INTEGER NOT NULL,
  imported INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER
);

CREATE TABLE import_rejects (
  import_id TEXT NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  row INTEGER NOT NULL,                   -- 1-based, the header not counted
  reason TEXT NOT NULL,
  record TEXT NOT NULL,                   -- JSON, cut at 1,000 characters
  PRIMARY KEY (import_id, row)
) WITHOUT ROWID;

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until_ms INTEGER NOT NULL               -- Unix milliseconds
) WITHOUT ROWID;

CREATE TABLE promotion_rejects (
  spotify_id TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 1,
  rejected_at INTEGER NOT NULL,           -- Unix seconds, of the last try
  again_at INTEGER NOT NULL               -- not looked at again before: an import may mend it
) WITHOUT ROWID;

CREATE INDEX idx_promotion_rejects_again ON promotion_rejects(again_at);

CREATE TABLE catalogue_artist_sounds (
  artist_key TEXT PRIMARY KEY,
  tracks INTEGER NOT NULL,                -- analysed ones
  tempo REAL,
  energy REAL,
  danceability REAL,
  valence REAL,
  acousticness REAL,
  instrumentalness REAL,
  speechiness REAL,
  liveness REAL,
  loudness REAL,
  duration REAL
) WITHOUT ROWID;
