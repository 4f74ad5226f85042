// @ts-check
// Who sits before this page.

/** @import { Me } from "../types" */

import { Observable } from "./observable.js";

export class Session extends Observable {
  /** @type {"loading" | "signed-in" | "signed-out"} */
  state = "loading";
  /** @type {Me | null} */
  user = null;

  get isModerator() {
    return this.user?.role === "moderator" || this.user?.role === "admin";
  }

  /** @param {Me | null} user */
  set(user) {
    this.user = user;
    this.state = user ? "signed-in" : "signed-out";
    this.changed();
  }
}
