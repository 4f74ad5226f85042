// @ts-check
// The streams somebody could go on with: one that is live elsewhere, and those announced.

/** @import { Stream } from "../types" */

import { Observable } from "./observable.js";

export class OwnStreams extends Observable {
  /** @type {Stream | null} */
  live = null;
  /** @type {Stream[]} */
  announced = [];

  /**
   * @param {Stream[]} live
   * @param {Stream[]} scheduled
   */
  set(live, scheduled) {
    this.live = live[0] ?? null;
    this.announced = scheduled
      .filter((stream) => stream.scheduled_at !== null)
      .toSorted((a, b) => String(a.scheduled_at).localeCompare(String(b.scheduled_at)));
    this.changed();
  }

  /** @param {string} id */
  drop(id) {
    if (this.live?.id === id) this.live = null;
    this.announced = this.announced.filter((stream) => stream.id !== id);
    this.changed();
  }
}
