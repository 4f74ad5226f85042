// @ts-check
// The REST resources of search.

/** @import { Found, Section, Suggested } from "../types-recognition" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

export class Search {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {string} q
   * @param {{ type?: Section, limit?: number, cursor?: string | null }} [range]
   * @returns {Promise<Found>}
   */
  find(q, range = {}) {
    return this.#rest.send("GET", `/search${query({ q, ...range })}`);
  }

  /**
   * @param {string} q
   * @returns {Promise<Suggested>}
   */
  suggest(q) {
    return this.#rest.send("GET", `/search/suggestions${query({ q })}`);
  }
}
