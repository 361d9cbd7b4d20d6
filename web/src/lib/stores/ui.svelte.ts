/** What the page as a whole tells the listener: announcements, short notices, the network. */

interface Notice {
  text: string;
  /** A button beside it, for example Undo. */
  action?: { label: string; run: () => void };
}

const NOTICE_MS = 8_000;

class UIStore {
  /** Read out by screen readers; changes politely. */
  spoken = $state('');
  notice = $state<Notice | null>(null);
  offline = $state(typeof navigator !== 'undefined' && !navigator.onLine);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Say something to those who listen instead of look. */
  say(text: string): void {
    // The same words twice are read only if something changed in between.
    this.spoken = this.spoken === text ? `${text}\u00a0` : text;
  }

  /** Show a notice for a few seconds, and say it. */
  tell(text: string, action?: Notice['action']): void {
    this.notice = action ? { text, action } : { text };
    this.say(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.notice = null), NOTICE_MS);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.notice = null;
  }
}

export const ui = new UIStore();
