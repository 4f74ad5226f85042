// @ts-check
// Deleting with a way back: what is removed disappears at once and is deleted when the time to undo
// it is over, or when the page is left. Only what is one's own and can wait is deleted like this.

/** @import { Toasts } from "../model/toasts.js" */

import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/moderation.js";

const UNDO_MS = 6_000;

/** @typedef {{ text: string, send: () => Promise<unknown>, putBack: () => void }} Removal */

export class Removals {
  #toasts;
  /** @type {Map<Removal, { timer: ReturnType<typeof setTimeout>, toastId: number }>} */
  #waiting = new Map();
  #leave = () => this.#sendAll();

  /** @param {Toasts} toasts */
  constructor(toasts) {
    this.#toasts = toasts;
    window.addEventListener("pagehide", this.#leave);
  }

  /** @param {Removal} removal */
  remove(removal) {
    const timer = setTimeout(() => void this.#send(removal), UNDO_MS);
    const toastId = this.#toasts.note(removal.text, {
      label: say("undo"),
      run: () => this.#undo(removal),
    });
    this.#waiting.set(removal, { timer, toastId });
  }

  destroy() {
    window.removeEventListener("pagehide", this.#leave);
    this.#sendAll();
  }

  /** @param {Removal} removal */
  #undo(removal) {
    if (this.#forget(removal)) removal.putBack();
  }

  /** @param {Removal} removal */
  async #send(removal) {
    if (!this.#forget(removal)) return;
    try {
      await removal.send();
    } catch (error) {
      removal.putBack();
      this.#toasts.error(sentenceFor(error));
    }
  }

  #sendAll() {
    for (const removal of [...this.#waiting.keys()]) void this.#send(removal);
  }

  /** @param {Removal} removal */
  #forget(removal) {
    const waiting = this.#waiting.get(removal);
    if (!waiting) return false;
    clearTimeout(waiting.timer);
    this.#toasts.dismiss(waiting.toastId);
    return this.#waiting.delete(removal);
  }
}
