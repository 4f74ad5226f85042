// @ts-check
// Who has the most points in a week, a month or ever; and where one stands oneself.

/** @import { Period, Standing } from "../types-recognition" */

import { Listing } from "./listing.js";
import { Observable } from "./observable.js";

/** @type {Period[]} */
export const PERIODS = ["weekly", "monthly", "all-time"];

export class Leaderboard extends Observable {
  /** @type {Listing<Standing & { id: string }>} */
  standings = new Listing();
  /** Null without points or without having signed in. @type {Standing | null} */
  me = null;
  /** The month or week of the board: "2026-11", "2026-W47", "all-time". */
  name = "";

  /** @param {Period} period */
  constructor(period) {
    super();
    this.period = period;
  }

  get mostPoints() {
    return this.standings.items[0]?.points ?? 0;
  }

  /**
   * @param {string} name
   * @param {Standing | null} me
   */
  set(name, me) {
    this.name = name;
    this.me = me;
    this.changed();
  }
}
