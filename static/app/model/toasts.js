// @ts-check
// Short sentences that appear and go, newest last.

import { Observable } from "./observable.js";

const SHOWN_AT_ONCE = 3;

/** @typedef {{ id: number, kind: "error" | "note", text: string }} Toast */

export class Toasts extends Observable {
  #nextId = 1;
  /** @type {Toast[]} */
  items = [];

  /** @param {string} text */
  error(text) {
    this.#add("error", text);
  }

  /** @param {string} text */
  note(text) {
    this.#add("note", text);
  }

  /** @param {number} id */
  dismiss(id) {
    this.items = this.items.filter((toast) => toast.id !== id);
    this.changed();
  }

  /**
   * @param {Toast["kind"]} kind
   * @param {string} text
   */
  #add(kind, text) {
    // The same sentence twice is one sentence said louder, not two.
    const others = this.items.filter((toast) => toast.text !== text);
    this.items = [...others, { id: this.#nextId++, kind, text }].slice(-SHOWN_AT_ONCE);
    this.changed();
  }
}
