// @ts-check
// The REST resources of notifications.

/** @import { Page } from "../types" */
/** @import { Notification, Preferences } from "../types-recognition" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

export class Notifications {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {{ limit?: number, cursor?: string | null }} range
   * @returns {Promise<Page<Notification>>}
   */
  list(range) {
    return this.#rest.send("GET", `/notifications${query(range)}`);
  }

  /** @returns {Promise<{ unread: number }>} */
  unread() {
    return this.#rest.send("GET", "/notifications/unread-count");
  }

  /**
   * @param {{ ids: string[] } | { all: true }} which
   * @returns {Promise<{ unread: number }>}
   */
  read(which) {
    return this.#rest.send("POST", "/notifications/read", which);
  }

  /** @returns {Promise<Preferences>} */
  preferences() {
    return this.#rest.send("GET", "/notifications/preferences");
  }

  /**
   * @param {Preferences} preferences
   * @returns {Promise<Preferences>}
   */
  setPreferences(preferences) {
    return this.#rest.send("PUT", "/notifications/preferences", preferences);
  }

  /** @returns {Promise<{ public_key: string, is_subscribed: boolean }>} whether this session is pushed to */
  push() {
    return this.#rest.send("GET", "/push/subscription");
  }

  /** @param {PushSubscriptionJSON} subscription */
  subscribePush(subscription) {
    return this.#rest.send("PUT", "/push/subscription", subscription);
  }

  unsubscribePush() {
    return this.#rest.send("DELETE", "/push/subscription");
  }
}
