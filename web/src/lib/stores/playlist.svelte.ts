/** One playlist on the page: the version shown, and its edits. */

import * as api from '../api/endpoints';
import { asTrouble, Trouble } from '../api/http';
import type { Edit, Playlist, Version } from '../api/types';
import { canRedo, canUndo, stepsTo } from '../logic/versions';
import { ui } from './ui.svelte';

export class PlaylistStore {
  shown = $state.raw<Playlist | null>(null);
  versions = $state.raw<Version[]>([]);
  current = $state(0);
  trouble = $state.raw<Trouble | null>(null);
  /** True while an edit is on its way; there is only ever one. */
  busy = $state(false);
  /** Ids of tracks the last edit brought, to be pointed out. */
  fresh = $state.raw<ReadonlySet<string>>(new Set());

  readonly isCurrent = $derived(this.shown?.version === this.current);
  readonly editable = $derived(this.isCurrent && !this.busy);
  readonly canUndo = $derived(this.editable && canUndo(this.versions, this.current));
  readonly canRedo = $derived(this.editable && canRedo(this.versions, this.current));

  /** Show `version` of a playlist; null for the current one. */
  async open(id: string, version: number | null): Promise<void> {
    this.trouble = null;
    if (this.shown?.playlistId !== id) this.shown = null;
    try {
      const [shown, known] = await Promise.all([api.playlist(id, version), api.versions(id)]);
      this.shown = shown;
      this.fresh = new Set();
      this.versions = known.versions;
      this.current = known.current;
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }

  /** Make one edit. True if it was made; else the listener has been told why not. */
  async edit(edit: Edit): Promise<boolean> {
    const before = this.shown;
    if (!before || !this.editable) return false;
    this.busy = true;
    try {
      await this.#apply(before, edit);
      return true;
    } catch (error) {
      await this.#refused(before, asTrouble(error));
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Step by step back or forth to a version that undo and redo can reach. */
  async goTo(version: number): Promise<void> {
    for (const kind of stepsTo(this.versions, this.current, version) ?? []) {
      if (!(await this.edit({ kind }))) return;
    }
    if (this.current === version) ui.tell(`Back at version ${version}`);
  }

  async #apply(before: Playlist, edit: Edit): Promise<void> {
    const after = await api.refine(before.playlistId, edit, before.version);
    const had = new Set(before.playlist.map((track) => track.id));
    this.shown = after;
    this.fresh = new Set(after.playlist.map((track) => track.id).filter((id) => !had.has(id)));
    this.current = after.version;
    const known = await api.versions(before.playlistId);
    this.versions = known.versions;
  }

  /** A 409 means that the edit cannot be done, or that the list was changed elsewhere: look. */
  async #refused(before: Playlist, trouble: Trouble): Promise<void> {
    if (trouble.status === 409) {
      await this.open(before.playlistId, null);
      if (this.shown && this.shown.version !== before.version) {
        ui.tell(
          'This playlist was changed elsewhere. Here is its newest version; please try again.',
        );
        return;
      }
    }
    ui.tell(trouble.message.charAt(0).toUpperCase() + trouble.message.slice(1));
  }
}
