/** Figures put into words. Pure. */

/** Playing time: 3:07, 1:02:40. */
export function length(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Playing time of a whole list, to be read aloud: 1 h 4 min. */
export function longLength(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `one` or `several` with its number: 1 track, 15 tracks, 5,000 tracks. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
}

/** a, b and c. */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}

/** How long ago, in the unit a person would use; then the date. */
export function ago(thenMs: number, nowMs: number): string {
  const minutes = Math.round((nowMs - thenMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${count(minutes, 'minute')} ago`;
  if (minutes < 24 * 60) return `${count(Math.round(minutes / 60), 'hour')} ago`;
  if (minutes < 7 * 24 * 60) return `${count(Math.round(minutes / 60 / 24), 'day')} ago`;
  return new Date(thenMs).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

/** A number of bytes for people, in kB of 1,000 bytes. */
export function size(bytes: number): string {
  return bytes < 1000 ? count(bytes, 'byte') : `${(bytes / 1000).toFixed(1)} kB`;
}

/** `text` with a capital first letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
