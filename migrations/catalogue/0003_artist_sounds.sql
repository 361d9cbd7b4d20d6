-- How an artist usually sounds: the mean over the artist's analysed tracks of each number's
-- percentile rank in the catalogue (domain/percentiles.py), 0-1, made at the import for artists
-- with two or more. A single track says less about where it belongs.
CREATE TABLE IF NOT EXISTS catalogue_artist_sounds (
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

-- A catalogue that was imported before this counts anew at its next import.
DELETE FROM catalogue_facts WHERE name = 'counted';
