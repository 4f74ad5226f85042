// @ts-check
// Channels over REST: rules, blocked terms, moderators, bans, held messages, clearings, the log.

/**
 * @import {
 *   BanState, BlockedTerm, ChannelLogEntry, ChannelModerator, HeldMessage, HouseRules, ListedBan,
 * } from "../types-house"
 * @import { Page } from "../types"
 * @import { Rest } from "./rest.js"
 */

import { query } from "./query.js";

export class ChannelResources {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {string} owner
   * @returns {Promise<HouseRules>}
   */
  rules(owner) {
    return this.#rest.send("GET", `/channels/${owner}/rules`);
  }

  /**
   * @param {string} owner
   * @param {HouseRules} rules
   * @returns {Promise<HouseRules>}
   */
  setRules(owner, rules) {
    return this.#rest.send("PUT", `/channels/${owner}/rules`, rules);
  }

  /**
   * @param {string} owner
   * @returns {Promise<Page<BlockedTerm>>}
   */
  terms(owner) {
    return this.#rest.send("GET", `/channels/${owner}/terms`);
  }

  /**
   * @param {string} owner
   * @param {{ term: string, action: "block" | "hold" }} term
   * @returns {Promise<BlockedTerm>}
   */
  putTerm(owner, term) {
    return this.#rest.send("POST", `/channels/${owner}/terms`, term);
  }

  /**
   * @param {string} owner
   * @param {string} id
   */
  dropTerm(owner, id) {
    return this.#rest.send("DELETE", `/channels/${owner}/terms/${id}`);
  }

  /**
   * @param {string} owner
   * @returns {Promise<Page<ChannelModerator>>}
   */
  moderators(owner) {
    return this.#rest.send("GET", `/channels/${owner}/moderators`);
  }

  /**
   * @param {string} owner
   * @param {string} name
   */
  appoint(owner, name) {
    return this.#rest.send("PUT", `/channels/${owner}/moderators/${encodeURIComponent(name)}`);
  }

  /**
   * @param {string} owner
   * @param {string} name
   */
  dismiss(owner, name) {
    return this.#rest.send("DELETE", `/channels/${owner}/moderators/${encodeURIComponent(name)}`);
  }

  /**
   * @param {string} owner
   * @param {string | null} cursor
   * @returns {Promise<Page<ListedBan>>}
   */
  bans(owner, cursor) {
    return this.#rest.send("GET", `/channels/${owner}/bans${query({ cursor })}`);
  }

  /**
   * @param {string} owner
   * @param {string} name
   * @param {{ seconds?: number, reason?: string }} ban
   * @returns {Promise<BanState>}
   */
  ban(owner, name, ban) {
    return this.#rest.send("PUT", `/channels/${owner}/bans/${encodeURIComponent(name)}`, ban);
  }

  /**
   * @param {string} owner
   * @param {string} name
   */
  unban(owner, name) {
    return this.#rest.send("DELETE", `/channels/${owner}/bans/${encodeURIComponent(name)}`);
  }

  /**
   * @param {string} owner
   * @param {string | null} cursor
   * @returns {Promise<Page<ChannelLogEntry>>}
   */
  log(owner, cursor) {
    return this.#rest.send("GET", `/channels/${owner}/log${query({ cursor })}`);
  }

  /**
   * @param {string} streamId
   * @param {string | null} user null: everybody
   * @returns {Promise<{ id: string, messages: number }>}
   */
  clear(streamId, user) {
    return this.#rest.send("POST", `/streams/${streamId}/clearings`, { user });
  }

  /**
   * @param {string} streamId
   * @param {string} id
   */
  undoClearing(streamId, id) {
    return this.#rest.send("DELETE", `/streams/${streamId}/clearings/${id}`);
  }

  /**
   * @param {string} streamId
   * @param {string | null} cursor
   * @returns {Promise<Page<HeldMessage>>}
   */
  held(streamId, cursor) {
    return this.#rest.send("GET", `/streams/${streamId}/held-messages${query({ cursor })}`);
  }

  /**
   * @param {string} streamId
   * @param {string} id
   * @param {boolean} approve
   */
  review(streamId, id, approve) {
    return this.#rest.send("POST", `/streams/${streamId}/held-messages/${id}/review`, { approve });
  }
}
