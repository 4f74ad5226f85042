// @ts-check
// One challenge: what it is, one's own part in it, its board, and what waits for a review.

/** @import { BoardEntry, Challenge, Part, PartState } from "../types-recognition" */

import { Listing } from "./listing.js";
import { Observable } from "./observable.js";

/** @typedef {Exclude<PartState, "joined">} ReviewState */

export class OpenChallenge extends Observable {
  /** @type {"loading" | "ready" | "missing" | "failed"} */
  state = "loading";
  problem = "";
  /** @type {Challenge | null} */
  challenge = null;
  /** @type {Listing<BoardEntry & { id: string }>} */
  board = new Listing();
  /** @type {Listing<Part & { id: string }>} */
  submissions = new Listing();
  /** Which submissions a moderator looks at. @type {ReviewState} */
  reviewing = "submitted";

  /** @param {string} id */
  constructor(id) {
    super();
    this.id = id;
  }

  /** @param {Challenge} challenge */
  set(challenge) {
    this.state = "ready";
    this.challenge = challenge;
    this.changed();
  }

  /** @param {Part | null} part */
  setPart(part) {
    if (!this.challenge) return;
    const difference = Number(part !== null) - Number(Boolean(this.challenge.me));
    const participants_count = this.challenge.participants_count + difference;
    this.set({ ...this.challenge, me: part, participants_count });
  }

  /** @param {ReviewState} state */
  review(state) {
    this.reviewing = state;
    this.changed();
  }

  /**
   * @param {"missing" | "failed"} state
   * @param {string} problem
   */
  fail(state, problem) {
    // What is shown already stays.
    if (this.state !== "ready") this.state = state;
    this.problem = problem;
    this.changed();
  }
}
