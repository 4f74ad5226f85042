// @ts-check
// Asks the server for names while somebody types, not more often than they pause.

/** @import { Suggesting } from "../model/suggesting.js" */
/** @import { Rest } from "../wire/rest.js" */

import { Problem } from "../wire/problem.js";

const PAUSE_MS = 140;

export class SuggestLink {
  #rest;
  #suggesting;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Rest} rest
   * @param {Suggesting} suggesting
   */
  constructor(rest, suggesting) {
    this.#rest = rest;
    this.#suggesting = suggesting;
  }

  /** @param {string} typed */
  type(typed) {
    this.#suggesting.type(typed);
    clearTimeout(this.#timer);
    const q = typed.trim();
    if (q) this.#timer = setTimeout(() => void this.#ask(q), PAUSE_MS);
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  /** @param {string} q */
  async #ask(q) {
    try {
      this.#suggesting.suggest(q, await this.#rest.search.suggest(q));
    } catch (error) {
      // Suggestions are a courtesy; the search itself says what is wrong.
      if (!(error instanceof Problem)) throw error;
    }
  }
}
