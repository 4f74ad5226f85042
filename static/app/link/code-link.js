// @ts-check
// Keeps one open code session in step: its document over /collab, its suggestions over the room's
// socket. The document is also handed to the editor, which binds to it directly: a keystroke does not
// pass through a model.

/** @import { OpenCode } from "../model/code.js" */
/** @import { Room } from "../model/room.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Viewport } from "../model/code.js" */
/** @import { CodeSession, Suggestion } from "../types" */
/** @import { Present, SharedDocument } from "../wire/document.js" */
/** @import { RoomLink } from "./room-link.js" */

import { load } from "../loading.js";
import { News, withNews } from "../model/news.js";
import { hueOf } from "../model/hue.js";
import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/code.js";

const PAGE_LIMIT = 100;

export class CodeLink {
  #app;
  #room;
  #roomLink;
  #code;
  #stopListening;
  #isDestroyed = false;
  #isReopening = false;
  /** @type {News<Suggestion>} */
  #suggestionNews = new News();
  /** @type {News<CodeSession>} */
  #sessionNews = new News();
  /** @type {string | null} */
  #elsewhere = null;
  /** @type {SharedDocument | null} */
  document = null;

  /**
   * @param {{ rest: Rest, session: Session, toasts: Toasts }} app
   * @param {{ room: Room, roomLink: RoomLink, code: OpenCode }} place
   */
  constructor(app, { room, roomLink, code }) {
    this.#app = app;
    this.#room = room;
    this.#roomLink = roomLink;
    this.#code = code;
    const stops = [
      room.suggested.listen((suggestion) => {
        if (suggestion.session_id === code.id) this.#receive(suggestion);
      }),
      // What was said of suggestions while the room was not heard is not said again.
      room.rejoined.listen(() => void this.loadSuggestions()),
    ];
    this.#stopListening = () => stops.forEach((stop) => stop());
  }

  async open() {
    const { rest } = this.#app;
    try {
      const [session, { SharedDocument }] = await Promise.all([
        rest.codeSession(this.#code.id),
        load(() => import("../wire/document.js")),
      ]);
      if (this.#isDestroyed) return;
      this.document = this.#connect(SharedDocument, session.can_write);
      this.#code.loaded(session);
    } catch (error) {
      this.#code.fail(sentenceFor(error));
      return;
    }
    await this.loadSuggestions();
  }

  destroy() {
    this.#isDestroyed = true;
    this.#stopListening();
    this.#suggestionNews.close();
    this.#sessionNews.close();
    this.document?.leave();
  }

  /**
   * Tell others where this person is: here, or in the session `elsewhere`.
   * @param {string | null} elsewhere
   */
  setShown(elsewhere) {
    this.#elsewhere = elsewhere;
    this.showViewport(elsewhere === null ? 1 : null);
  }

  /** @param {number | null} line the first in view */
  showViewport(line) {
    if (!this.#room.isOwner) return;
    this.document?.showViewport({ line, elsewhere: this.#elsewhere });
  }

  async loadSuggestions() {
    try {
      const asked = await this.#suggestionNews.during(() => this.#fetchSuggestions());
      if (asked) this.#code.suggestions.set(withNews(asked.answer, asked.told));
    } catch (error) {
      this.#code.suggestions.fail();
      if (!this.#isDestroyed) this.#app.toasts.error(sentenceFor(error));
    }
  }

  async #fetchSuggestions() {
    const { rest } = this.#app;
    const id = this.#code.id;
    const pending = (/** @type {string | undefined} */ cursor) =>
      rest.suggestions(id, { status: "pending", sort: "votes", limit: PAGE_LIMIT, cursor });
    const [open, newest] = await Promise.all([
      pending(undefined),
      rest.suggestions(id, { limit: 50 }),
    ]);
    // All that are open: two pages hold as many as there may be.
    const more = open.next ? await pending(open.next) : null;
    return [...newest.items, ...open.items, ...(more?.items ?? [])];
  }

  /** @param {Suggestion} suggestion */
  #receive(suggestion) {
    this.#suggestionNews.tell(suggestion.id, suggestion);
    this.#code.suggestions.receive(suggestion);
  }

  /**
   * The document's lines as they are now, one-based, both ends included.
   * @param {number} start
   * @param {number} end
   */
  lines(start, end) {
    const all = this.document?.text.toString().split("\n") ?? [];
    return all.slice(start - 1, end).join("\n").replaceAll("\r", "");
  }

  get text() {
    return this.document?.text.toString() ?? "";
  }

  get lineCount() {
    return this.document?.text.toString().split("\n").length ?? 1;
  }

  /** @param {{ lineStart: number, lineEnd: number, content: string, clientId: string }} proposal */
  async suggest({ lineStart, lineEnd, content, clientId }) {
    const ack = await this.#roomLink.request("suggestion:create", {
      session_id: this.#code.id,
      line_start: lineStart,
      line_end: lineEnd,
      content,
      client_id: clientId,
    });
    this.#receive(ack.suggestion);
  }

  /**
   * @param {string} id
   * @param {1 | -1 | 0} value
   */
  vote(id, value) {
    return this.#settle(id, "suggestion:vote", { suggestion_id: id, value }, () =>
      this.#code.suggestions.voted(id, value),
    );
  }

  /**
   * @param {string} id
   * @param {{ over?: string, content?: string }} [seen] what stands in lines that were edited since, to be
   *   replaced, and by what if not by the suggestion alone
   */
  accept(id, seen = {}) {
    const payload = { suggestion_id: id, status: "accepted", ...seen };
    return this.#settle(id, "suggestion:resolve", payload, () => {});
  }

  /**
   * @param {string} id
   * @param {string} note
   */
  reject(id, note) {
    const payload = { suggestion_id: id, status: "rejected", note };
    return this.#settle(id, "suggestion:resolve", payload, () => {});
  }

  /** @param {string} id */
  withdraw(id) {
    return this.#settle(id, "suggestion:withdraw", { suggestion_id: id }, () => {});
  }

  /** @param {string} username */
  async addCollaborator(username) {
    await this.#app.rest.addCollaborator(this.#code.id, username);
    await this.#reload();
  }

  /** @param {string} username */
  async removeCollaborator(username) {
    try {
      await this.#app.rest.removeCollaborator(this.#code.id, username);
      await this.#reload();
    } catch (error) {
      return this.#app.toasts.error(sentenceFor(error));
    }
    this.#app.toasts.note(say("writesNoMore", { name: username }), {
      label: say("undo"),
      run: () => void this.#addBack(username),
      isUndo: true,
    });
  }

  /** @param {string} username */
  async #addBack(username) {
    try {
      await this.addCollaborator(username);
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }

  /** Read what it is called, who may write. */
  async #reload() {
    const asked = await this.#sessionNews.during(() => this.#app.rest.codeSession(this.#code.id));
    if (!asked) return;
    const session = asked.answer;
    if (session.can_write !== this.#code.canWrite) this.document?.showCursor(session.can_write);
    this.#code.loaded(session);
  }

  async #rightsMayHaveChanged() {
    if (this.#code.canWrite) return;
    await this.#reload().catch(() => null);
    if (this.#code.canWrite) this.#app.toasts.note(say("youCanEditThisCode"));
  }

  /**
   * The server has not taken an edit, so this copy holds what nobody else has: begin anew.
   * @param {string} reason
   */
  async #denied(reason) {
    if (this.#isReopening) return;
    this.#isReopening = true;
    this.#app.toasts.error(reason);
    this.document?.destroy();
    this.document = null;
    this.#code.update({ isSynced: false, waiting: 0 });
    await this.open();
    this.#isReopening = false;
  }

  /**
   * @param {typeof SharedDocument} Document
   * @param {boolean} canWrite
   */
  #connect(Document, canWrite) {
    const code = this.#code;
    const name = this.#app.session.user?.username ?? null;
    return new Document(
      code.id,
      { canWrite, name, hue: hueOf(name ?? "") },
      {
        status: (connection) => code.update({ connection }),
        synced: () => code.update({ isSynced: true }),
        waiting: (waiting) => code.update({ waiting }),
        denied: (reason) => void this.#denied(reason),
        asked: () => void this.#rightsMayHaveChanged(),
        closed: (reason) => code.update({ connection: "disconnected", problem: reason }),
        people: (others) => this.#seeOthers(others),
      },
    );
  }

  /** @param {Present[]} others */
  #seeOthers(others) {
    const streamer = this.#room.stream?.user.username;
    const viewport = others.find((each) => each.name === streamer && each.viewport)?.viewport;
    const people = others.map((each) => each.name);
    const code = this.#code;
    if (people.join() === code.people.join() && isSame(viewport ?? null, code.viewport)) return;
    code.update({ people, viewport: viewport ?? null });
  }

  /**
   * @param {string} id
   * @param {string} event
   * @param {object} payload
   * @param {() => void} settled
   */
  async #settle(id, event, payload, settled) {
    const { suggestions } = this.#code;
    suggestions.setBusy(id, true);
    try {
      const ack = await this.#roomLink.request(event, payload);
      settled();
      if (ack.suggestion) this.#receive(ack.suggestion);
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
    suggestions.setBusy(id, false);
  }
}

/**
 * @param {Viewport | null} a
 * @param {Viewport | null} b
 */
function isSame(a, b) {
  return a?.line === b?.line && a?.elsewhere === b?.elsewhere;
}
