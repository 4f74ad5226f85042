// @ts-check
// A stream's stage over REST: what is on it, and who is asked onto it or off.

/** @import { StageAnswer, StageGuest } from "../types-stage" */
/** @import { Rest } from "./rest.js" */

export class StageResource {
  #rest;
  #path;

  /**
   * @param {Rest} rest
   * @param {string} streamId
   */
  constructor(rest, streamId) {
    this.#rest = rest;
    this.#path = `/streams/${streamId}`;
  }

  /** @returns {Promise<StageAnswer>} */
  read() {
    return this.#rest.send("GET", `${this.#path}/stage`);
  }

  /**
   * By the streamer: invite, or accept who asked. By oneself: ask, or accept an invitation.
   * @param {string} username
   * @returns {Promise<StageGuest>}
   */
  admit(username) {
    return this.#rest.send("PUT", this.#guest(username));
  }

  /**
   * By the streamer: remove or decline. By oneself: leave, decline, or ask no more.
   * @param {string} username
   */
  dismiss(username) {
    return this.#rest.send("DELETE", this.#guest(username));
  }

  /** @param {string} username */
  #guest(username) {
    return `${this.#path}/guests/${encodeURIComponent(username)}`;
  }
}
