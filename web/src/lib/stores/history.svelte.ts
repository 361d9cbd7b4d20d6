/** The listener's runs, newest first, a page at a time. */

import * as api from '../api/endpoints';
import { asTrouble, type Trouble } from '../api/http';
import type { HistoryRun } from '../api/types';

export class HistoryStore {
  runs = $state.raw<HistoryRun[]>([]);
  trouble = $state.raw<Trouble | null>(null);
  loading = $state(true);
  more = $state(false);
  #next: string | null = null;

  constructor(private readonly pageSize: number) {}

  /** The first page. */
  load(): Promise<void> {
    this.#next = null;
    return this.#page([]);
  }

  /** One page more. */
  loadMore(): Promise<void> {
    return this.#page(this.runs);
  }

  async #page(before: HistoryRun[]): Promise<void> {
    this.loading = true;
    this.trouble = null;
    try {
      const page = await api.history(this.pageSize, this.#next);
      this.runs = [...before, ...page.runs];
      this.#next = page.next;
      this.more = page.next !== null;
    } catch (error) {
      this.trouble = asTrouble(error);
    } finally {
      this.loading = false;
    }
  }
}
