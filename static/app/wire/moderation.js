// @ts-check
// Reports, what was taken away, and what moderators decide, over REST.

/** @import { Page } from "../types" */
/**
 * @import {
 *   Appeal, ContentKind, LogEntry, Queued, Removal, Report, Resolution, SubjectKind,
 * } from "../types-moderation"
 */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

export class Moderation {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {{ subject_type: SubjectKind, subject_id: string, reason: string }} report
   * @returns {Promise<unknown>}
   */
  report(report) {
    return this.#rest.send("POST", "/reports", report);
  }

  /**
   * @param {{ type?: SubjectKind | null, cursor?: string | null }} filter
   * @returns {Promise<Page<Queued>>}
   */
  queue(filter) {
    return this.#rest.send("GET", `/moderation/queue${query(filter)}`);
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<Report>>} the latest first
   */
  decided(cursor) {
    return this.#rest.send("GET", `/moderation/reports${query({ state: "resolved", cursor })}`);
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<Appeal>>}
   */
  appeals(cursor) {
    return this.#rest.send("GET", `/moderation/appeals${query({ cursor })}`);
  }

  /**
   * @param {{ user?: string | null, cursor?: string | null }} filter
   * @returns {Promise<Page<LogEntry>>}
   */
  log(filter) {
    return this.#rest.send("GET", `/moderation/log${query(filter)}`);
  }

  /**
   * @param {string} reportId
   * @param {{ action: Resolution, note?: string, until?: string | null }} decision
   * @returns {Promise<Report>}
   */
  decide(reportId, decision) {
    return this.#rest.send("POST", `/moderation/reports/${reportId}/resolution`, decision);
  }

  /**
   * @param {ContentKind} kind
   * @param {string} id
   * @param {string} reason
   */
  remove(kind, id, reason) {
    return this.#rest.send("PUT", removalPath(kind, id), { reason });
  }

  /**
   * @param {ContentKind} kind
   * @param {string} id
   */
  restore(kind, id) {
    return this.#rest.send("DELETE", removalPath(kind, id));
  }

  /**
   * @param {ContentKind} kind
   * @param {string} id
   * @param {string} note
   */
  uphold(kind, id, note) {
    return this.#rest.send("POST", `${removalPath(kind, id)}/uphold`, { note: note || null });
  }

  /**
   * @param {string} username
   * @param {{ reason: string, until: string | null }} suspension
   */
  suspend(username, suspension) {
    return this.#rest.send("PUT", `${personPath(username)}/suspension`, suspension);
  }

  /** @param {string} username */
  lift(username) {
    return this.#rest.send("DELETE", `${personPath(username)}/suspension`);
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<Removal>>} what was taken from oneself
   */
  mine(cursor) {
    return this.#rest.send("GET", `/users/me/removals${query({ cursor })}`);
  }

  /**
   * @param {ContentKind} kind
   * @param {string} id
   * @returns {Promise<Removal>}
   */
  whyMine(kind, id) {
    return this.#rest.send("GET", `/users/me/removals/${kind}/${id}`);
  }

  /**
   * @param {ContentKind} kind
   * @param {string} id
   * @param {string} text
   * @returns {Promise<Removal>}
   */
  object(kind, id, text) {
    return this.#rest.send("PUT", `/users/me/removals/${kind}/${id}/appeal`, { text });
  }
}

/**
 * @param {ContentKind} kind
 * @param {string} id
 */
function removalPath(kind, id) {
  return `/moderation/removals/${kind}/${id}`;
}

/** @param {string} username */
function personPath(username) {
  return `/users/${encodeURIComponent(username)}`;
}
