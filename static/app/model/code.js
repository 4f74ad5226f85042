// @ts-check
// One code session that is open on this page: who may write, what is saved, which lines are chosen.

/** @import { CodeSession } from "../types" */

import { Observable } from "./observable.js";
import { Places } from "./places.js";
import { Suggestions } from "./suggestions.js";

/** @typedef {{ start: number, end: number, text: string }} LineRange one-based, both ends included */

export class OpenCode extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {CodeSession | null} */
  session = null;
  canWrite = false;
  /** @type {"connecting" | "connected" | "disconnected"} */
  connection = "connecting";
  isSynced = false;
  isSaved = true;
  problem = "";
  /** @type {string[]} */
  people = [];
  /** What is marked in the editor. @type {LineRange | null} */
  selection = null;
  suggestions = new Suggestions();
  /** Where the open suggestions stand in the editor. */
  places = new Places();

  /** @param {string} id */
  constructor(id) {
    super();
    this.id = id;
  }

  /** @param {CodeSession} session */
  loaded(session) {
    this.session = session;
    this.canWrite = session.can_write;
    this.state = "ready";
    this.changed();
  }

  /** @param {string} problem */
  fail(problem) {
    this.state = "failed";
    this.problem = problem;
    this.changed();
  }

  /** @param {Partial<Pick<OpenCode, "connection" | "isSynced" | "isSaved" | "people" | "canWrite" | "selection" | "problem">>} news */
  update(news) {
    Object.assign(this, news);
    this.changed();
  }
}
