// @ts-check
// What admins see and set for the whole site, over REST.

/** @import { Page } from "../types" */
/** @import { Figures, GivenBadge, SiteAccount, SiteBadge, SiteRole } from "../types-moderation" */
/** @import { BlockedTerm } from "../types-house" */
/** @import { NewsSources } from "../types-moderation" */
/** @import { NodeMedia } from "../types-media" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

export class Administration {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /** @returns {Promise<Figures>} */
  figures() {
    return this.#rest.send("GET", "/admin/figures");
  }

  /**
   * What is on air at the node that answers.
   * @returns {Promise<NodeMedia>}
   */
  media() {
    return this.#rest.send("GET", "/media");
  }

  /**
   * @param {{ q?: string | null, role?: SiteRole | null, suspended?: boolean | null, cursor?: string | null }} filter
   * @returns {Promise<Page<SiteAccount>>}
   */
  accounts(filter) {
    return this.#rest.send("GET", `/admin/accounts${query(filter)}`);
  }

  /**
   * @param {string} username
   * @param {SiteRole} role
   */
  giveRole(username, role) {
    return this.#rest.send("PUT", `/users/${encodeURIComponent(username)}/role`, { role });
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<SiteBadge>>}
   */
  badges(cursor) {
    return this.#rest.send("GET", `/badges${query({ cursor })}`);
  }

  /**
   * @param {GivenBadge} badge
   * @returns {Promise<SiteBadge>}
   */
  createBadge(badge) {
    return this.#rest.send("POST", "/badges", badge);
  }

  /**
   * @param {string} id
   * @param {GivenBadge} badge
   * @returns {Promise<SiteBadge>}
   */
  editBadge(id, badge) {
    return this.#rest.send("PUT", `/badges/${id}`, badge);
  }

  /**
   * @param {string} id
   * @param {string} username
   */
  award(id, username) {
    return this.#rest.send("PUT", `/badges/${id}/holders/${encodeURIComponent(username)}`);
  }

  /** @returns {Promise<Page<BlockedTerm>>} */
  blockedTerms() {
    return this.#rest.send("GET", "/admin/blocked-terms");
  }

  /**
   * @param {Pick<BlockedTerm, "term" | "action">} term
   * @returns {Promise<BlockedTerm>}
   */
  blockTerm(term) {
    return this.#rest.send("POST", "/admin/blocked-terms", term);
  }

  /** @param {string} id */
  allowTerm(id) {
    return this.#rest.send("DELETE", `/admin/blocked-terms/${id}`);
  }

  /** @returns {Promise<NewsSources>} */
  sources() {
    return this.#rest.send("GET", "/moderation/sources");
  }

  /**
   * @param {string} tag
   * @param {string} url
   * @returns {Promise<unknown>}
   */
  attachSource(tag, url) {
    return this.#rest.send("POST", `/tags/${encodeURIComponent(tag)}/sources`, { url });
  }

  /**
   * @param {string} tag
   * @param {string} id
   */
  detachSource(tag, id) {
    return this.#rest.send("DELETE", `/tags/${encodeURIComponent(tag)}/sources/${id}`);
  }
}
