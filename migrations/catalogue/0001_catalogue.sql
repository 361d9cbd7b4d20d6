-- The catalogue's hot tables. Corrected against spotify-metadata-spec where design.md says so:
-- own track ids, every co-occurrence pair in both directions, indexes that are never scanned.

-- One row a recording. id: 22 base62 digits of a 128-bit number (domain/ids.py).
CREATE TABLE IF NOT EXISTS catalogue_tracks (
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
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_artist ON catalogue_tracks(artist_key, popularity DESC);
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_work ON catalogue_tracks(work_key);
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_mbid ON catalogue_tracks(mbid) WHERE mbid IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_isrc ON catalogue_tracks(isrc) WHERE isrc IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_spotify ON catalogue_tracks(spotify_id) WHERE spotify_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_catalogue_tracks_decade ON catalogue_tracks(decade, popularity DESC);

-- Finding songs by their words: folded text (domain/names.py search_text) of title, artist, spellings.
CREATE VIRTUAL TABLE IF NOT EXISTS catalogue_search USING fts5(
  id UNINDEXED, title, artist, tokenize = "unicode61 remove_diacritics 0", prefix = "1 2 3"
);

-- Folksonomy tags of a track, weight 0-1.
CREATE TABLE IF NOT EXISTS catalogue_tags (
  track_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  weight REAL NOT NULL,
  PRIMARY KEY (track_id, tag)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_catalogue_tags_tag ON catalogue_tags(tag, weight DESC);

-- Imported playlists, kept so that mining can be repeated and a reason can name them.
CREATE TABLE IF NOT EXISTS catalogue_playlists (
  id TEXT PRIMARY KEY,
  name TEXT,
  tracks INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS catalogue_playlist_tracks (
  playlist_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  track_id TEXT NOT NULL,
  PRIMARY KEY (playlist_id, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_catalogue_playlist_tracks_track ON catalogue_playlist_tracks(track_id);

-- Cross-reference Spotify <-> ISRC <-> MusicBrainz.
CREATE TABLE IF NOT EXISTS spotify_mbid_xref (
  spotify_id TEXT PRIMARY KEY,
  isrc TEXT,                              -- not every track has one
  mbid TEXT,
  match_confidence REAL,                  -- 0-1
  match_method TEXT,                      -- isrc_exact, isrc_fuzzy, metadata_match, no_match
  created_at INTEGER DEFAULT (unixepoch()),
  updated_at INTEGER DEFAULT (unixepoch())
);
CREATE INDEX IF NOT EXISTS idx_xref_isrc ON spotify_mbid_xref(isrc);
CREATE INDEX IF NOT EXISTS idx_xref_mbid ON spotify_mbid_xref(mbid);

-- Audio features of hot tracks, by our own id (equal to the Spotify id where there is one).
CREATE TABLE IF NOT EXISTS spotify_audio_features_cache (
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
CREATE INDEX IF NOT EXISTS idx_features_popularity ON spotify_audio_features_cache(popularity DESC);

-- Precomputed playlist co-occurrence: every pair in both directions, the closest 100 a track.
CREATE TABLE IF NOT EXISTS playlist_cooccurrence (
  track_a TEXT NOT NULL,
  rank INTEGER NOT NULL,                  -- 1 = closest by cosine
  track_b TEXT NOT NULL,
  cooccurrence_count INTEGER NOT NULL,
  pmi_score REAL NOT NULL,
  jaccard_score REAL NOT NULL,
  cosine_score REAL NOT NULL,             -- normalised and shrunk: count / (sqrt(na * nb) + shrink)
  PRIMARY KEY (track_a, rank)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS idx_cooccur_pair ON playlist_cooccurrence(track_a, track_b);

-- Artists that stand in the same playlists, for artist closeness when no service tells.
CREATE TABLE IF NOT EXISTS artist_cooccurrence (
  artist_a TEXT NOT NULL,                 -- artist_key
  rank INTEGER NOT NULL,
  artist_b TEXT NOT NULL,
  name_b TEXT NOT NULL,                   -- as shown
  playlists INTEGER NOT NULL,
  cosine_score REAL NOT NULL,
  PRIMARY KEY (artist_a, rank)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS spotify_artist_genres (
  spotify_artist_id TEXT NOT NULL,
  genre TEXT NOT NULL,
  PRIMARY KEY (spotify_artist_id, genre)
);
CREATE INDEX IF NOT EXISTS idx_genre ON spotify_artist_genres(genre);

-- How often a track was asked for, for the promotion into the vector index.
CREATE TABLE IF NOT EXISTS track_access_log (
  spotify_id TEXT PRIMARY KEY,
  access_count INTEGER DEFAULT 1,
  last_accessed INTEGER,
  vectorized INTEGER DEFAULT 0,
  promoted_at INTEGER
);
CREATE INDEX IF NOT EXISTS idx_access_promotion ON track_access_log(vectorized, access_count DESC);

CREATE TABLE IF NOT EXISTS precomputed_similar (
  seed_spotify_id TEXT NOT NULL,
  similar_spotify_id TEXT NOT NULL,
  similarity_score REAL,
  rank INTEGER,
  PRIMARY KEY (seed_spotify_id, similar_spotify_id)
);
CREATE INDEX IF NOT EXISTS idx_precomputed_seed ON precomputed_similar(seed_spotify_id, rank);

-- Facts about the whole catalogue: counts, means and deviations of features, tag frequencies.
CREATE TABLE IF NOT EXISTS catalogue_facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL                     -- JSON
);

-- What each import did, and what it refused and why.
CREATE TABLE IF NOT EXISTS imports (
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
CREATE TABLE IF NOT EXISTS import_rejects (
  import_id TEXT NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
  row INTEGER NOT NULL,                   -- 1-based, the header not counted
  reason TEXT NOT NULL,
  record TEXT NOT NULL,                   -- JSON, cut at 1,000 characters
  PRIMARY KEY (import_id, row)
) WITHOUT ROWID;
