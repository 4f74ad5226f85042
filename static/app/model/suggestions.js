// @ts-check
// The suggestions of one code session, those still open first.

/** @import { Suggestion } from "../types" */

import { Observable } from "./observable.js";

export class Suggestions extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {Map<string, Suggestion>} */
  #byId = new Map();
  /** @type {Map<string, number>} */
  #myVotes = new Map();
  /** Ids with a request under way, so that a button is not pressed twice. @type {Set<string>} */
  busy = new Set();

  /** @param {Suggestion[]} suggestions */
  set(suggestions) {
    this.state = "ready";
    this.#byId.clear();
    for (const suggestion of suggestions) this.#keep(suggestion);
    this.changed();
  }

  /** What is shown stays. */
  fail() {
    if (this.state === "loading") this.state = "failed";
    this.changed();
  }

  /** @param {Suggestion} suggestion */
  receive(suggestion) {
    this.#keep(suggestion);
    this.changed();
  }

  /** Open ones, the best first, then the settled ones, newest first. */
  get items() {
    const all = [...this.#byId.values()];
    const open = all.filter((each) => each.status === "pending");
    const settled = all.filter((each) => each.status !== "pending");
    open.sort((a, b) => score(b) - score(a) || a.line_start - b.line_start);
    settled.sort((a, b) => b.created_at.localeCompare(a.created_at));
    return [...open, ...settled];
  }

  get open() {
    return this.items.filter((each) => each.status === "pending");
  }

  /** @param {string} id */
  myVote(id) {
    return this.#myVotes.get(id) ?? 0;
  }

  /**
   * @param {string} id
   * @param {number} value
   */
  voted(id, value) {
    this.#myVotes.set(id, value);
    this.changed();
  }

  /**
   * @param {string} id
   * @param {boolean} isBusy
   */
  setBusy(id, isBusy) {
    if (isBusy) this.busy.add(id);
    else this.busy.delete(id);
    this.changed();
  }

  /** @param {Suggestion} suggestion */
  #keep(suggestion) {
    this.#byId.set(suggestion.id, suggestion);
    if (typeof suggestion.my_vote === "number")
      this.#myVotes.set(suggestion.id, suggestion.my_vote);
  }
}

/** @param {Suggestion} suggestion */
function score({ upvotes, downvotes }) {
  return upvotes - downvotes;
}
