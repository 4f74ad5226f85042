// @ts-check
// The code sessions of a room that are open on this page. Those one comes back to stay open for a while,
// with their undo history; those with edits that the server does not have yet stay until it has them.

/** @import { History } from "../model/history.js" */
/** @import { Room } from "../model/room.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { RoomLink } from "./room-link.js" */
/** @import { Undo } from "./undo.js" */

import { OpenCode } from "../model/code.js";
import { Run } from "../model/run.js";
import { CodeLink } from "./code-link.js";
import { CodeHistory } from "../wire/history.js";
import { HistoryLink } from "./history-link.js";
import { RunLink } from "./run-link.js";

/** Each is a connection. */
const KEPT = 3;

/**
 * @typedef {object} CodeTab
 * @property {string} id
 * @property {OpenCode} code
 * @property {CodeLink} link
 * @property {Run} run
 * @property {RunLink} runLink
 * @property {(history: History) => HistoryLink} openHistory
 */

export class CodeTabs {
  #app;
  #room;
  #roomLink;
  /** The one used last is the last. @type {Map<string, CodeTab>} */
  #open = new Map();
  #dropped;

  /**
   * @param {{ rest: Rest, session: Session, toasts: Toasts, undo: Undo }} app
   * @param {{ room: Room, roomLink: RoomLink }} place
   * @param {(tab: CodeTab) => void} dropped called before a tab is closed
   */
  constructor(app, { room, roomLink }, dropped) {
    this.#app = app;
    this.#room = room;
    this.#roomLink = roomLink;
    this.#dropped = dropped;
  }

  /**
   * @param {string} id
   * @returns {CodeTab}
   */
  show(id) {
    const tab = this.#open.get(id) ?? this.#begin(id);
    this.#open.delete(id);
    this.#open.set(id, tab);
    for (const each of this.#open.values()) each.link.setShown(each === tab ? null : id);
    const others = [...this.#open.values()].slice(0, -1);
    for (const each of others.slice(0, Math.max(0, this.#open.size - KEPT))) {
      if (each.code.waiting === 0) this.#drop(each);
    }
    return tab;
  }

  /**
   * Let go of sessions that were closed.
   * @param {Set<string>} ids those there are
   */
  keep(ids) {
    for (const tab of [...this.#open.values()]) if (!ids.has(tab.id)) this.#drop(tab);
  }

  /**
   * The text of a session as it is on this screen, if it is open.
   * @param {string} id
   */
  textOf(id) {
    const tab = this.#open.get(id);
    return tab?.code.isSynced ? tab.link.text : null;
  }

  destroy() {
    for (const tab of [...this.#open.values()]) this.#drop(tab);
  }

  /** @param {string} id */
  #begin(id) {
    const code = new OpenCode(id);
    const place = { room: this.#room, roomLink: this.#roomLink, code };
    const link = new CodeLink(this.#app, place);
    const run = new Run();
    const runLink = new RunLink(this.#app.rest, run, (other) => this.textOf(other));
    void link.open();
    const openHistory = (/** @type {History} */ history) =>
      new HistoryLink(new CodeHistory(this.#app.rest, id), history, this.#app);
    return { id, code, link, run, runLink, openHistory };
  }

  /** @param {CodeTab} tab */
  #drop(tab) {
    this.#open.delete(tab.id);
    this.#dropped(tab);
    tab.runLink.destroy();
    tab.link.destroy();
  }
}
