/** What the listener asked for last, so that the next try need not be set up again. */

import { wishes, type Wishes } from '../logic/ask';

class DraftStore {
  /** The first song, as it was written. */
  query = $state('');
  wish = $state<Wishes>(wishes());
}

export const draft = new DraftStore();
