// @ts-check
// Doing with a way back: what somebody does is done at once before their eyes, and at the server when
// the time to undo it is over: when its note goes, when they say so, or when the page is left. It
// lives as long as the app, so one may look around meanwhile.

/** @import { Toasts } from "../model/toasts.js" */

import { Observable } from "../model/observable.js";
import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/site.js";

/**
 * @typedef {object} Deed
 * @property {string} text what was done, or is about to be
 * @property {() => Promise<unknown>} send do it at the server
 * @property {string} [hides] what is out of sight from now on, as "posts/5"
 * @property {() => void} [putBack] what else there is to do when it is undone, or refused
 * @property {string} [now] a word for not waiting, where closing a note would not say enough
 * @property {object} [owner] whose end is the end of the time to undo it
 */

export class Undo extends Observable {
  #toasts;
  /** With the id of each one's note. @type {Map<Deed, number>} */
  #waiting = new Map();
  /** For good once it is done: no id comes twice. @type {Set<string>} */
  #hidden = new Set();

  /** @param {Toasts} toasts */
  constructor(toasts) {
    super();
    this.#toasts = toasts;
    window.addEventListener("pagehide", () => void this.finish());
  }

  /** @param {Deed} deed */
  offer(deed) {
    if (deed.hides) this.#hidden.add(deed.hides);
    const undo = { label: say("undo"), run: () => this.#takeBack(deed), isUndo: true };
    const ending = { label: deed.now ?? "", run: () => void this.#send(deed) };
    this.#waiting.set(deed, this.#toasts.note(deed.text, undo, ending));
    this.changed();
  }

  /** @param {string} what */
  hides(what) {
    return this.#hidden.has(what);
  }

  /** Whether there is still time. @param {string} what */
  canUndo(what) {
    return [...this.#waiting.keys()].some(({ hides }) => hides === what);
  }

  /**
   * The time is over: of all that waits, or of what has this owner.
   * @param {object} [owner]
   */
  async finish(owner) {
    const over = [...this.#waiting.keys()].filter((deed) => !owner || deed.owner === owner);
    await Promise.all(over.map((deed) => this.#send(deed)));
  }

  /** @param {Deed} deed */
  #takeBack(deed) {
    if (!this.#forget(deed)) return;
    if (deed.hides) this.#hidden.delete(deed.hides);
    deed.putBack?.();
    this.changed();
  }

  /** @param {Deed} deed */
  async #send(deed) {
    if (!this.#forget(deed)) return;
    this.changed();
    try {
      await deed.send();
    } catch (error) {
      if (deed.hides) this.#hidden.delete(deed.hides);
      deed.putBack?.();
      this.changed();
      this.#toasts.error(say("notDone", { problem: sentenceFor(error) }));
    }
  }

  /** @param {Deed} deed */
  #forget(deed) {
    const toastId = this.#waiting.get(deed);
    if (toastId !== undefined) this.#toasts.withdraw(toastId);
    return this.#waiting.delete(deed);
  }
}
