/** What the API answers (src/grovemusic/exports/document.py and api/). Null means unknown. */

export type PartName =
  | 'tagOverlap'
  | 'audioFeature'
  | 'playlistCooccurrence'
  | 'artistSimilarity'
  | 'temporalProximity'
  | 'popularityFit';

export type Category = 'popular' | 'deep-cut' | 'hidden-gem';

/** A recording, as far as it is known. */
export interface Track {
  id: string;
  title: string;
  artist: string;
  album: string | null;
  year: number | null;
  yearSource: string | null;
  genre: string | null;
  durationMs: number | null;
  mbid: string | null;
  artistMbid: string | null;
  isrc: string | null;
  spotifyId: string | null;
  invented: boolean;
}

/** One checkable fact behind a part of a score. */
export interface Evidence {
  source: string;
  fact: string;
  value: number | null;
  rank: number | null;
  names: string[];
  seed: number;
  url: string | null;
}

export interface PlaylistTrack extends Track {
  position: number;
  reason: string;
  reasonBy: string;
  similarityScore: number;
  flowRole: string;
  category: Category | null;
  scores: Record<PartName, number | null> & { overall: number | null };
  confidence: number | null;
  evidence: Record<PartName, Evidence[]>;
  locked: boolean;
  isSeed: boolean;
}

/** A source that could not help, and what that means. */
export interface Missing {
  source: string;
  reason: string;
  effect: string;
}

/** How energetic a track is, 0-1: measured from the sound, or guessed from its tags. */
export interface Energy {
  value: number;
  source: 'audio' | 'tags';
}

export interface Playlist {
  runId: string;
  status: 'complete';
  playlistId: string;
  version: number;
  parent: number | null;
  change: string;
  createdAt: string | null;
  title: string;
  seedTracks: Track[];
  narrative: string;
  narrativeBy: string;
  playlist: PlaylistTrack[];
  energy?: (Energy | null)[];
  durationMs: number | null;
  notes: string[];
  missing: Missing[];
  invented: boolean;
  creditsUsed: number | null;
  processingTimeMs: number | null;
}

export interface Version {
  version: number;
  parent: number | null;
  change: string;
  createdAtMs: number;
}

export interface Versions {
  playlistId: string;
  current: number;
  versions: Version[];
}

export type EditKind =
  | 'lock'
  | 'unlock'
  | 'replace'
  | 'ban'
  | 'ban_artist'
  | 'more_like'
  | 'less_like'
  | 'move'
  | 'undo'
  | 'redo';

export interface Edit {
  kind: EditKind;
  positions?: number[];
  to?: number;
}

export type Stage =
  | 'pending'
  | 'resolving'
  | 'enriching'
  | 'generating'
  | 'scoring'
  | 'curating'
  | 'explaining'
  | 'storing'
  | 'needs_choice'
  | 'complete'
  | 'failed';

/** Something a waiting listener is told. `stage` is the one that begins now. */
export interface RunEvent {
  number: number;
  atMs: number;
  stage: Stage;
  progress: number;
  message: string;
  data: Record<string, unknown>;
}

export interface Option extends Track {
  confidence: number;
}

export interface Choice {
  seed: number;
  options: Option[];
}

/** A run that has no playlist yet. */
export interface RunState {
  runId: string;
  playlistId: string;
  status: 'processing' | 'needs_choice' | 'failed';
  stage: Stage;
  progress: number;
  events: number;
  choices: Choice[];
  missing: Missing[];
  error?: string;
  errorKind?: string;
  suggestions?: string[];
}

export interface Started {
  runId: string;
  playlistId: string;
  status: string;
  creditsReserved: number;
}

export interface SearchResult extends Track {
  label: string;
}

export interface HistoryRun {
  runId: string;
  playlistId: string | null;
  status: string;
  query: string;
  seedTitle: string | null;
  seedArtist: string | null;
  tracks: number | null;
  creditsUsed: number | null;
  processingTimeMs: number | null;
  createdAtMs: number;
  error: string | null;
}

export interface History {
  runs: HistoryRun[];
  next: string | null;
}

export interface Me {
  id: string;
  displayName: string;
  tier: string;
  local: boolean;
}

export interface Credits {
  available: number;
  pending: number;
  usedTotal: number;
  tier: string;
}

export interface SourceStatus {
  name: string;
  ready: boolean;
  reason?: string;
  effect?: string;
}

export interface Health {
  status: string;
  version: string;
  runtime: string;
  catalogue: { tracks: number; playlists: number; invented: number };
  sources: SourceStatus[];
  faults: string[];
}
