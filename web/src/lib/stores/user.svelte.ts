/** Who is listening, their credits, and what this installation can do. */

import * as api from '../api/endpoints';
import { asTrouble, type Trouble } from '../api/http';
import type { Credits, Health, Me } from '../api/types';

class UserStore {
  me = $state.raw<Me | null>(null);
  credits = $state.raw<Credits | null>(null);
  health = $state.raw<Health | null>(null);
  trouble = $state.raw<Trouble | null>(null);

  /** Ask again who it is, what is left, and what is up. */
  async load(): Promise<void> {
    try {
      this.trouble = null;
      [this.me, this.credits, this.health] = await Promise.all([
        api.me(),
        api.credits(),
        api.health(),
      ]);
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }
}

export const user = new UserStore();
