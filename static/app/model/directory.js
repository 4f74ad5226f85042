// @ts-check
// What is on: the live streams and the announced ones, as the home page shows them.

/** @import { Stream } from "../types" */

import { Observable } from "./observable.js";

export class Directory extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {Stream[]} */
  live = [];
  /** @type {Stream[]} */
  upcoming = [];
  problem = "";

  /**
   * @param {Stream[]} live
   * @param {Stream[]} scheduled
   * @param {number} nowMs
   */
  set(live, scheduled, nowMs) {
    this.state = "ready";
    this.problem = "";
    this.live = live.toSorted((a, b) => b.viewers_count - a.viewers_count);
    // A stream whose owner is only preparing it has no date; it is nobody else's business yet.
    this.upcoming = scheduled
      .filter(
        (stream) => stream.scheduled_at && Date.parse(stream.scheduled_at) > nowMs - 3_600_000,
      )
      .toSorted((a, b) => String(a.scheduled_at).localeCompare(String(b.scheduled_at)));
    this.changed();
  }

  /**
   * A list that is already shown stays: old news is better than none.
   * @param {string} problem
   */
  fail(problem) {
    if (this.state !== "ready") this.state = "failed";
    this.problem = problem;
    this.changed();
  }
}
