/** Every question this page asks, one function a route. */

import { json, text } from './http';
import type {
  Credits,
  Edit,
  Health,
  History,
  Me,
  Playlist,
  RunState,
  SearchResult,
  Started,
  Versions,
} from './types';

const at = (strings: TemplateStringsArray, ...parts: Array<string | number>): string =>
  String.raw({ raw: strings.raw }, ...parts.map((part) => encodeURIComponent(part)));

export const health = () => json<Health>('/api/health');
export const me = () => json<Me>('/api/user/me');
export const credits = () => json<Credits>('/api/user/credits');

export const history = (limit: number, before: string | null) =>
  json<History>(at`/api/user/history?limit=${limit}` + (before ? at`&before=${before}` : ''));

export const search = (query: string, limit: number, signal: AbortSignal | null = null) =>
  json<{ results: SearchResult[] }>(at`/api/search?q=${query}&limit=${limit}`, { signal });

/** `requestKey` makes a repeated request start no second run. */
export const generate = (body: unknown, requestKey: string) =>
  json<Started>('/api/generate', {
    method: 'POST',
    body,
    headers: { 'Idempotency-Key': requestKey },
  });

export const run = (runId: string, signal: AbortSignal | null = null) =>
  json<RunState | Playlist>(at`/api/generate/${runId}`, { signal });

export const choose = (runId: string, seed: number, option: number) =>
  json<RunState>(at`/api/generate/${runId}/choice`, { method: 'POST', body: { seed, option } });

/** The current version unless another is named. */
export const playlist = (id: string, version: number | null) =>
  json<Playlist>(at`/api/playlist/${id}` + (version ? at`?version=${version}` : ''));

export const versions = (id: string) => json<Versions>(at`/api/playlist/${id}/versions`);

/** `version` is the one the listener was looking at; 409 when it is no longer current. */
export const refine = (id: string, edit: Edit, version: number) =>
  json<Playlist>(at`/api/playlist/${id}/refine`, { method: 'POST', body: { ...edit, version } });

export const exportPath = (id: string, format: string, version: number) =>
  at`/api/playlist/${id}/export/${format}?version=${version}`;

export const exported = (id: string, format: string, version: number, signal: AbortSignal) =>
  text(exportPath(id, format, version), { signal });
