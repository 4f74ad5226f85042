// @ts-check
// Keeps one listing in step with one list of the server.

/** @import { Page } from "../types" */
/** @import { Listing } from "../model/listing.js" */

import { failureOf, sentenceFor } from "../wire/problem.js";

/** @template {{ id: string }} T */
export class ListingLink {
  #listing;
  #fetchPage;
  /** What was asked before the list was begun anew is not listened to. */
  #turn = 0;

  /**
   * @param {Listing<T>} listing
   * @param {(cursor: string | null) => Promise<Page<T>>} fetchPage
   */
  constructor(listing, fetchPage) {
    this.#listing = listing;
    this.#fetchPage = fetchPage;
  }

  /** Begin anew, perhaps with another list. @param {(cursor: string | null) => Promise<Page<T>>} [fetchPage] */
  open(fetchPage = this.#fetchPage) {
    this.#fetchPage = fetchPage;
    this.#listing.clear();
    return this.#fetch(++this.#turn, null);
  }

  async more() {
    const { isFetching, next } = this.#listing;
    if (!isFetching && next) await this.#fetch(this.#turn, next);
  }

  /**
   * @param {number} turn
   * @param {string | null} cursor
   */
  async #fetch(turn, cursor) {
    this.#listing.begin();
    try {
      const { items, next } = await this.#fetchPage(cursor);
      if (turn === this.#turn) this.#listing.add(items, next);
    } catch (error) {
      if (turn === this.#turn) this.#listing.fail(sentenceFor(error), failureOf(error));
    }
  }
}
