// @ts-check
// While the studio is on air, shows everybody who looks around what it looks like: a small picture
// now and then. The server takes one itself only where no page sends any.

/** @import { Publisher } from "../model/publisher.js" */
/** @import { Rest } from "../wire/rest.js" */

import { Problem } from "../wire/problem.js";
import { takeSnapshot } from "../wire/snapshot.js";

const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 15_000;

export class SnapshotLink {
  #rest;
  #publisher;
  #unsubscribe;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Rest} rest
   * @param {Publisher} publisher
   */
  constructor(rest, publisher) {
    this.#rest = rest;
    this.#publisher = publisher;
    this.#unsubscribe = publisher.subscribe(() => this.#changed());
  }

  destroy() {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #changed() {
    const isLive = this.#publisher.state === "live";
    if (isLive && this.#timer === undefined) this.#wait(FIRST_AFTER_MS);
    if (isLive || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#timer = setTimeout(() => void this.#send(), ms);
  }

  async #send() {
    const timer = this.#timer;
    const { media, streamId } = this.#publisher;
    const picture = media && (await takeSnapshot(media));
    try {
      if (picture && streamId) await this.#rest.sendSnapshot(streamId, picture);
    } catch (error) {
      // A picture less: the next one comes by itself, and the room knows of what is wrong.
      if (!(error instanceof Problem)) throw error;
    }
    if (this.#timer === timer && this.#timer !== undefined) this.#wait(EVERY_MS);
  }
}
