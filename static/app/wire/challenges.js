// @ts-check
// The REST resources of challenges and leaderboards.

/** @import { Page } from "../types" */
/**
 * @import {
 *   BoardEntry, Challenge, ChallengeStatus, GivenChallenge, Leaderboard, Part, PartState, Period,
 * } from "../types-recognition"
 */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

export class Challenges {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {{ status?: ChallengeStatus, limit?: number, cursor?: string | null }} filter
   * @returns {Promise<Page<Challenge>>}
   */
  list(filter) {
    return this.#rest.send("GET", `/challenges${query(filter)}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Challenge>}
   */
  see(id) {
    return this.#rest.send("GET", `/challenges/${id}`);
  }

  /**
   * @param {GivenChallenge} challenge
   * @returns {Promise<Challenge>}
   */
  create(challenge) {
    return this.#rest.send("POST", "/challenges", challenge);
  }

  /**
   * @param {string} id
   * @param {GivenChallenge} challenge
   * @returns {Promise<Challenge>}
   */
  edit(id, challenge) {
    return this.#rest.send("PUT", `/challenges/${id}`, challenge);
  }

  /**
   * @param {string} id
   * @param {{ limit?: number, cursor?: string | null }} range
   * @returns {Promise<Page<BoardEntry>>}
   */
  board(id, range) {
    return this.#rest.send("GET", `/challenges/${id}/board${query(range)}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Part>}
   */
  join(id) {
    return this.#rest.send("PUT", `/challenges/${id}/participation`);
  }

  /** @param {string} id */
  withdraw(id) {
    return this.#rest.send("DELETE", `/challenges/${id}/participation`);
  }

  /**
   * @param {string} id
   * @param {string} url
   * @returns {Promise<Part>}
   */
  submit(id, url) {
    return this.#rest.send("PUT", `/challenges/${id}/submission`, { url });
  }

  /**
   * @param {string} id
   * @param {{ state: Exclude<PartState, "joined">, limit?: number, cursor?: string | null }} filter
   * @returns {Promise<Page<Part>>}
   */
  submissions(id, filter) {
    return this.#rest.send("GET", `/challenges/${id}/submissions${query(filter)}`);
  }

  /**
   * @param {string} id
   * @param {string} username
   * @param {{ points: number, note?: string }} acceptance
   * @returns {Promise<Part>}
   */
  accept(id, username, acceptance) {
    const path = `/challenges/${id}/submissions/${encodeURIComponent(username)}/accept`;
    return this.#rest.send("POST", path, acceptance);
  }

  /**
   * @param {string} id
   * @param {string} username
   * @param {string} note
   * @returns {Promise<Part>}
   */
  sendBack(id, username, note) {
    const path = `/challenges/${id}/submissions/${encodeURIComponent(username)}/return`;
    return this.#rest.send("POST", path, { note });
  }

  /**
   * @param {Period} period
   * @param {{ limit?: number, cursor?: string | null }} range
   * @returns {Promise<Leaderboard>}
   */
  leaderboard(period, range) {
    return this.#rest.send("GET", `/leaderboards/${period}${query(range)}`);
  }
}
