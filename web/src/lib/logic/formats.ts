/** The formats a playlist may leave in (src/grovemusic/exports/). Pure data. */

export interface Format {
  name: string;
  label: string;
  about: string;
}

export const FORMATS: readonly Format[] = [
  { name: 'md', label: 'Markdown', about: 'A page to read, print or post' },
  { name: 'json', label: 'JSON', about: 'Everything we know, with scores and evidence' },
  { name: 'csv', label: 'CSV', about: 'For spreadsheets and tools that move playlists' },
  { name: 'm3u8', label: 'M3U8', about: 'For players, with ISRC and MusicBrainz ids' },
  { name: 'jspf', label: 'JSPF', about: 'For ListenBrainz and MusicBrainz tools' },
  { name: 'xspf', label: 'XSPF', about: 'For players that find songs by name' },
];
