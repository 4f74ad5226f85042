// @ts-check
// A list that comes page by page: what is there, whether there is more, what went wrong.

/** @import { Failure } from "../wire/problem.js" */

import { Observable } from "./observable.js";

/** @template {{ id: string }} T */
export class Listing extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {T[]} */
  items = [];
  /** @type {string | null} the cursor of what follows */
  next = null;
  isFetching = false;
  problem = "";
  /** Why it failed. @type {Failure} */
  why = "failed";

  begin() {
    this.isFetching = true;
    this.problem = "";
    this.changed();
  }

  /**
   * @param {T[]} items
   * @param {string | null} next
   */
  add(items, next) {
    const known = new Set(this.items.map(({ id }) => id));
    this.items = [...this.items, ...items.filter(({ id }) => !known.has(id))];
    this.next = next;
    this.state = "ready";
    this.isFetching = false;
    this.changed();
  }

  /**
   * What is shown stays.
   * @param {string} problem
   * @param {Failure} [why]
   */
  fail(problem, why = "failed") {
    if (this.state !== "ready") this.state = "failed";
    this.isFetching = false;
    this.problem = problem;
    this.why = why;
    this.changed();
  }

  clear() {
    this.state = "loading";
    this.items = [];
    this.next = null;
    this.changed();
  }

  /** @param {T} item the newest */
  putFirst(item) {
    this.items = [item, ...this.items.filter(({ id }) => id !== item.id)];
    this.state = "ready";
    this.changed();
  }

  /**
   * @param {string} id
   * @param {Partial<T>} change
   */
  change(id, change) {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.changed();
  }

  /** @param {string} id */
  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.changed();
  }
}
