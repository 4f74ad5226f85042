// @ts-check
// The history of a code session over REST.

/** @import { Blame, Differences, Moment, Timeline, Version } from "../types-history" */
/** @import { Page } from "../types" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

const STEPS = 300;

export class CodeHistory {
  #rest;
  #base;

  /**
   * @param {Rest} rest
   * @param {string} codeSessionId
   */
  constructor(rest, codeSessionId) {
    this.#rest = rest;
    this.#base = `/code-sessions/${codeSessionId}`;
  }

  /** @returns {Promise<Timeline>} */
  timeline() {
    return this.#rest.send("GET", `${this.#base}/history/timeline${query({ steps: STEPS })}`);
  }

  /**
   * @param {string} at
   * @returns {Promise<Blame>}
   */
  blame(at) {
    return this.#rest.send("GET", `${this.#base}/history/blame${query({ at })}`);
  }

  /**
   * @param {string} from
   * @param {string} to
   * @returns {Promise<Differences>}
   */
  differences(from, to) {
    return this.#rest.send("GET", `${this.#base}/history/diff${query({ from, to })}`);
  }

  /** @returns {Promise<Moment>} what stands there now */
  newest() {
    return this.#rest.send("GET", `${this.#base}/history/text`);
  }

  /**
   * @param {string} at
   * @returns {Promise<Moment>}
   */
  restore(at) {
    return this.#rest.send("POST", `${this.#base}/history/restore`, { at });
  }

  /** @returns {Promise<Page<Version>>} */
  versions() {
    return this.#rest.send("GET", `${this.#base}/versions`);
  }

  /**
   * @param {string} name
   * @param {string} at
   * @returns {Promise<Version>}
   */
  name(name, at) {
    return this.#rest.send("POST", `${this.#base}/versions`, { name, at });
  }

  /** @param {string} id */
  forget(id) {
    return this.#rest.send("DELETE", `${this.#base}/versions/${id}`);
  }

  /** @param {string} at */
  downloadAddress(at) {
    return `/api/v1${this.#base}/history/download${query({ at })}`;
  }
}
