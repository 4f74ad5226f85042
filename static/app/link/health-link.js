// @ts-check
// Keeps a streamer's picture of the stream at the server up to date while something is published.

/** @import { Loaded } from "../model/loaded.js" */
/** @import { StreamHealth } from "../types" */
/** @import { Rest } from "../wire/rest.js" */

const PAUSE_MS = 3000;

export class HealthLink {
  #rest;
  #health;
  #streamId;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Rest} rest
   * @param {Loaded<StreamHealth>} health
   * @param {string} streamId
   */
  constructor(rest, health, streamId) {
    this.#rest = rest;
    this.#health = health;
    this.#streamId = streamId;
  }

  /** @param {boolean} isPublishing */
  follow(isPublishing) {
    if (isPublishing === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = isPublishing ? setInterval(() => void this.#ask(), PAUSE_MS) : undefined;
    if (isPublishing) void this.#ask();
    else this.#health.fail("missing", "");
  }

  async #ask() {
    if (document.hidden) return;
    try {
      const asked = await this.#health.news.during(() => this.#rest.streamHealth(this.#streamId));
      if (asked && this.#timer !== undefined) this.#health.answered(asked.answer);
    } catch {
      // The numbers are a help, not the stream: what cannot be asked now is asked again.
      this.#health.fail("failed", "");
    }
  }

  destroy() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
