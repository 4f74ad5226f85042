// @ts-check
// Short sentences that appear and go, newest last.

import { Observable } from "./observable.js";

const SHOWN_AT_ONCE = 3;

/** @typedef {{ label: string, run: () => void }} ToastAction */
/** @typedef {{ id: number, kind: "error" | "note", text: string, action: ToastAction | null }} Toast */

export class Toasts extends Observable {
  #nextId = 1;
  /** @type {Toast[]} */
  items = [];

  /** @param {string} text */
  error(text) {
    this.#add("error", text);
  }

  /**
   * @param {string} text
   * @param {ToastAction | null} [action] what may be done about it while it stands
   * @returns {number} its id
   */
  note(text, action = null) {
    return this.#add("note", text, action);
  }

  /** @param {number} id */
  dismiss(id) {
    this.items = this.items.filter((toast) => toast.id !== id);
    this.changed();
  }

  /**
   * @param {Toast["kind"]} kind
   * @param {string} text
   * @param {ToastAction | null} [action]
   */
  #add(kind, text, action = null) {
    const id = this.#nextId++;
    // The same sentence twice is one sentence said louder, not two; but each action is its own.
    const others = this.items.filter((toast) => toast.text !== text || toast.action);
    this.items = [...others, { id, kind, text, action }].slice(-SHOWN_AT_ONCE);
    this.changed();
    return id;
  }
}
