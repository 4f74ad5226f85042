// @ts-check
// Short sentences that appear and go, newest last. One that offers something stands longer, and may
// have something happen when it goes unanswered.

import { Observable } from "./observable.js";

const SHOWN_AT_ONCE = 3;
/** Those whose going does something: none is hurried away by a mere sentence. */
const WAITING_AT_ONCE = 5;
const SHOWN_MS = 7_000;
/** Time to read, to decide, and to get there with the keyboard. */
const OFFERED_MS = 10_000;

/** @typedef {{ label: string, run: () => void, isUndo?: boolean }} ToastAction */
/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {"error" | "note"} kind
 * @property {string} text
 * @property {ToastAction | null} action what may be done about it while it stands
 * @property {ToastAction | null} ending what its going does; without a label, closing it needs no word
 * @property {number} standsMs
 */

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
   * @param {ToastAction | null} [action]
   * @param {ToastAction | null} [ending]
   * @returns {number} its id
   */
  note(text, action = null, ending = null) {
    return this.#add("note", text, { action, ending });
  }

  /** It goes, by its time or because it was closed. @param {number} id */
  dismiss(id) {
    this.withdraw(id)?.ending?.run();
  }

  /** Do what it offers. @param {number} id */
  act(id) {
    this.withdraw(id)?.action?.run();
  }

  /** Undo what was done last, if that still can be. */
  undo() {
    const newest = this.items.findLast(({ action }) => action?.isUndo);
    if (newest) this.act(newest.id);
  }

  /** Take it away, and nothing happens. @param {number} id */
  withdraw(id) {
    const toast = this.items.find((each) => each.id === id);
    this.items = this.items.filter((each) => each !== toast);
    this.changed();
    return toast;
  }

  /**
   * @param {Toast["kind"]} kind
   * @param {string} text
   * @param {Partial<Pick<Toast, "action" | "ending">>} [offers]
   */
  #add(kind, text, { action = null, ending = null } = {}) {
    const id = this.#nextId++;
    const standsMs = action ? OFFERED_MS : SHOWN_MS;
    // The same sentence twice is one sentence said louder, not two; but each action is its own.
    const others = this.items.filter((toast) => toast.text !== text || toast.action);
    this.items = [...others, { id, kind, text, action, ending, standsMs }];
    this.#makeRoom();
    this.changed();
    return id;
  }

  #makeRoom() {
    while (this.items.length > SHOWN_AT_ONCE) {
      const plain = this.items.slice(0, -1).find(({ ending }) => !ending);
      if (!plain && this.items.length <= WAITING_AT_ONCE) return;
      this.dismiss((plain ?? this.items[0])?.id ?? 0);
    }
  }
}
