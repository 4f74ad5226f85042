// @ts-check
// Keeps the home page's lists fresh while it is open.

/** @import { Directory } from "../model/directory.js" */
/** @import { Rest } from "../wire/rest.js" */

import { News } from "../model/news.js";
import { sentenceFor } from "../wire/problem.js";

const REFRESH_MS = 15_000;

export class DirectoryLink {
  #rest;
  #directory;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isDestroyed = false;
  /** @type {News<never>} */
  #news = new News();

  /**
   * @param {Rest} rest
   * @param {Directory} directory
   */
  constructor(rest, directory) {
    this.#rest = rest;
    this.#directory = directory;
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const asked = await this.#news.during(() =>
        Promise.all([
          this.#rest.streams({ status: "live", limit: 48 }),
          this.#rest.streams({ status: "scheduled", limit: 48 }),
        ]),
      );
      if (!asked) return;
      const [live, scheduled] = asked.answer;
      this.#directory.set(live.items, scheduled.items, Date.now());
    } catch (error) {
      this.#directory.fail(sentenceFor(error));
    }
    clearTimeout(this.#timer);
    if (!this.#isDestroyed) this.#timer = setTimeout(() => void this.refresh(), REFRESH_MS);
  }

  destroy() {
    this.#isDestroyed = true;
    clearTimeout(this.#timer);
    this.#news.close();
  }
}
