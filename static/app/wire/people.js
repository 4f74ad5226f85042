// @ts-check
// People as others see them, and who follows, blocks and mutes whom, over REST.

/** @import { Page } from "../types" */
/** @import { ListedPerson, Profile } from "../types-people" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

/** @typedef {"follow" | "block" | "mute"} Bond */

export class People {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {string} username
   * @returns {Promise<Profile>}
   */
  see(username) {
    return this.#rest.send("GET", personPath(username));
  }

  /**
   * @param {string} username
   * @param {Bond} bond
   * @param {boolean} isOn
   */
  bind(username, bond, isOn) {
    return this.#rest.send(isOn ? "PUT" : "DELETE", `${personPath(username)}/${bond}`);
  }

  /**
   * @param {string} username
   * @param {"followers" | "following"} which
   * @param {string | null} cursor
   * @returns {Promise<Page<ListedPerson>>}
   */
  around(username, which, cursor) {
    return this.#rest.send("GET", `${personPath(username)}/${which}${query({ cursor })}`);
  }

  /**
   * @param {"blocks" | "mutes"} which
   * @param {string | null} cursor
   * @returns {Promise<Page<ListedPerson>>} whom one has refused
   */
  refused(which, cursor) {
    return this.#rest.send("GET", `/users/me/${which}${query({ cursor })}`);
  }
}

/** @param {string} username */
function personPath(username) {
  return `/users/${encodeURIComponent(username)}`;
}
