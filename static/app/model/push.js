// @ts-check
// Whether this device is told of notifications while no page is open.

import { Observable } from "./observable.js";

/** @typedef {"unknown" | "impossible" | "blocked" | "off" | "on"} PushState */

export class Push extends Observable {
  /** @type {PushState} */
  state = "unknown";
  isBusy = false;
  /** Why the last change did not work, in words. */
  problem = "";

  /** @param {Partial<Pick<Push, "state" | "isBusy" | "problem">>} change */
  set(change) {
    Object.assign(this, change);
    this.changed();
  }
}
