// @ts-check
// One thing that the server has: not here yet, here, missing, or not to be had at the moment.

import { Observable } from "./observable.js";

/** @template T */
export class Loaded extends Observable {
  /** @type {"loading" | "ready" | "missing" | "failed"} */
  state = "loading";
  /** @type {T | null} */
  value = null;
  problem = "";

  /** @param {T} value */
  set(value) {
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
   */
  fail(state, problem) {
    this.state = state;
    this.problem = problem;
    this.changed();
  }
}
