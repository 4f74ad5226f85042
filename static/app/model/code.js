// @ts-check
// One code session that is open on this page: who may write, what is saved, which lines are chosen.

/** @import { CodeSession } from "../types" */

import { Observable } from "./observable.js";
import { Places } from "./places.js";
import { Suggestions } from "./suggestions.js";

/** @typedef {{ start: number, end: number, text: string }} LineRange one-based, both ends included */

/**
 * What somebody looks at: the first line in view, or the session they have gone on to.
 * @typedef {{ line: number | null, elsewhere: string | null }} Viewport
 */

export class OpenCode extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {CodeSession | null} */
  session = null;
  canWrite = false;
  /** @type {"connecting" | "connected" | "disconnected"} */
  connection = "connecting";
  isSynced = false;
  /** Edits of this page that the server has not stored yet. */
  waiting = 0;
  problem = "";
  /** @type {string[]} */
  people = [];
  /** Where the streamer is. @type {Viewport | null} */
  viewport = null;
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

  /** @param {{ title: string, language: string }} named what the room knows of it */
  renamed({ title, language }) {
    if (!this.session || (title === this.session.title && language === this.session.language)) return;
    this.session = { ...this.session, title, language };
    this.changed();
  }

  /** @param {string} problem */
  fail(problem) {
    this.state = "failed";
    this.problem = problem;
    this.changed();
  }

  /** @param {Partial<Pick<OpenCode, "connection" | "isSynced" | "waiting" | "people" | "viewport" | "canWrite" | "selection" | "problem">>} news */
  update(news) {
    Object.assign(this, news);
    this.changed();
  }
}
