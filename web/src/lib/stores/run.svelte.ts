/** The run a listener is watching: its events, its question, its end. */

import * as api from '../api/endpoints';
import { asTrouble, Trouble, wasAborted } from '../api/http';
import { follow, type Line } from '../api/stream';
import type { Choice, RunEvent, RunState } from '../api/types';
import { status } from '../logic/stages';
import { ui } from './ui.svelte';

export class RunStore {
  events = $state.raw<RunEvent[]>([]);
  /** Songs that may be meant; empty when nothing is asked. */
  choices = $state.raw<Choice[]>([]);
  /** The state of a run that failed. */
  failure = $state.raw<RunState | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  line = $state<Line>('live');
  choosing = $state(false);
  playlistId = $state<string | null>(null);
  #runId = '';
  #abort = new AbortController();

  /** Watch `runId` from its first event. */
  async watch(runId: string): Promise<void> {
    this.stop();
    this.#runId = runId;
    this.events = [];
    this.choices = [];
    this.failure = null;
    this.playlistId = null;
    await this.#follow();
  }

  /** Look no longer; the run itself goes on. */
  stop(): void {
    this.#abort.abort();
  }

  /** Answer which song was meant, then watch on. */
  async choose(seed: number, option: number): Promise<void> {
    this.choosing = true;
    try {
      const state = await api.choose(this.#runId, seed, option);
      this.choices = state.choices;
      if (!state.choices.length) void this.#follow();
    } catch (error) {
      const trouble = asTrouble(error);
      if (trouble.status !== 409) this.trouble = trouble;
      else void this.#follow(); // answered in another window: go on from there
    } finally {
      this.choosing = false;
    }
  }

  /** Look again after trouble. */
  again(): Promise<void> {
    return this.#follow();
  }

  async #follow(): Promise<void> {
    const abort = (this.#abort = new AbortController());
    this.trouble = null;
    try {
      await follow(this.#runId, this.events.at(-1)?.number ?? 0, {
        signal: abort.signal,
        event: (event) => this.#add(event),
        line: (line) => (this.line = line),
      });
      await this.#rest(abort.signal);
    } catch (error) {
      if (!wasAborted(error)) this.trouble = asTrouble(error);
    }
  }

  #add(event: RunEvent): void {
    this.events = [...this.events, event];
    ui.say(status(this.events));
  }

  /** What the last event does not tell: the question, the reasons of a failure. */
  async #rest(signal: AbortSignal): Promise<void> {
    const last = this.events.at(-1);
    if (last?.stage === 'complete') {
      this.playlistId = String(last.data.playlistId);
      return;
    }
    const state = await api.run(this.#runId, signal);
    if (state.status === 'complete') this.playlistId = state.playlistId;
    else if (state.status === 'failed') this.failure = state;
    else this.choices = state.choices;
  }
}
