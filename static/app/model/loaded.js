// @ts-check
// One thing that the server has: not here yet, here, missing, or not to be had at the moment.

/** @import { Failure } from "../wire/problem.js" */

import { News } from "./news.js";
import { Observable } from "./observable.js";

/** @template T */
export class Loaded extends Observable {
  /** @type {"loading" | "ready" | "missing" | "failed"} */
  state = "loading";
  /** @type {T | null} */
  value = null;
  problem = "";
  /** Why it failed. @type {Failure} */
  why = "failed";
  /** What this page learns of it otherwise than by asking for it. @type {News<T>} */
  news = new News();

  /** @param {T} value */
  set(value) {
    this.news.tell("", value);
    this.answered(value);
  }

  /** @param {T} value as the server has it, which is no news to another answer on its way */
  answered(value) {
    this.value = value;
    this.state = "ready";
    this.changed();
  }

  /** @param {Partial<T>} change */
  change(change) {
    if (this.value) this.set({ ...this.value, ...change });
  }

  /**
   * @param {"missing" | "failed"} state
   * @param {string} problem
   * @param {Failure} [why]
   */
  fail(state, problem, why = "failed") {
    this.state = state;
    this.problem = problem;
    this.why = why;
    this.changed();
  }
}
