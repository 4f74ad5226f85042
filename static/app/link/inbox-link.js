// @ts-check
// Keeps the inbox in step with the server for as long as somebody is signed in, and with them the
// page's connection: it is theirs, so it is renewed when they come or go.

/** @import { Page } from "../types" */
/** @import { Notification } from "../types-recognition" */
/** @import { Inbox } from "../model/inbox.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { SiteSocket } from "../wire/socket.js" */

import { withArrived } from "../model/inbox.js";
import { News } from "../model/news.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { CONNECTED, DISCONNECTED } from "../wire/socket.js";
import { ListingLink } from "./listing-link.js";

export class InboxLink {
  #session;
  #socket;
  #toasts;
  #inbox;
  #rest;
  #listLink;
  /** @type {string | undefined} */
  #userId;
  /** Whether the list was asked for; until then only the count is kept. */
  #isOpened = false;
  /** @type {(() => void) | null} */
  #letGo = null;
  #undo;
  /** @type {News<Notification>} */
  #listNews = new News();
  /** @type {News<Notification>} */
  #countNews = new News();

  /**
   * @param {{ rest: Rest, session: Session, socket: SiteSocket, toasts: Toasts }} app
   * @param {Inbox} inbox
   */
  constructor({ rest, session, socket, toasts }, inbox) {
    this.#session = session;
    this.#socket = socket;
    this.#toasts = toasts;
    this.#inbox = inbox;
    this.#rest = rest.notifications;
    this.#listLink = new ListingLink(inbox.list, (cursor) => this.#fetchPage(cursor));
    this.#undo = [
      session.subscribe(() => this.#sessionChanged()),
      // What was told while nobody listened stands in the database.
      socket.listen(CONNECTED, () => void this.#refresh()),
      socket.listen(DISCONNECTED, () => inbox.unread === null && void this.#refresh()),
      socket.listen("notification:new", ({ notification, unread }) => {
        for (const news of [this.#listNews, this.#countNews]) news.tell(notification.id, notification);
        inbox.receive(notification, unread);
      }),
    ];
    this.#sessionChanged();
  }

  /** Fetch the list when it is first looked at. */
  open() {
    const { state, isFetching } = this.#inbox.list;
    if (this.#isOpened && (state !== "failed" || isFetching)) return;
    this.#isOpened = true;
    void this.#listLink.open();
  }

  more() {
    void this.#listLink.more();
  }

  /** @param {Notification} notification */
  async read({ id, is_read }) {
    if (is_read) return;
    this.#inbox.markRead((each) => each.id === id);
    await this.#tellRead({ ids: [id] });
  }

  async readAll() {
    this.#inbox.markRead(() => true);
    await this.#tellRead({ all: true });
  }

  destroy() {
    for (const undo of this.#undo) undo();
    this.#letGo?.();
  }

  #sessionChanged() {
    const userId = this.#session.user?.id;
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#isOpened = false;
    this.#inbox.clear();
    this.#socket.renew();
    const letGo = this.#letGo;
    this.#letGo = userId === undefined ? null : this.#socket.hold();
    letGo?.();
  }

  async #refresh() {
    const userId = this.#userId;
    if (userId === undefined) return;
    try {
      const asked = await this.#countNews.during(() => this.#rest.unread());
      const isNewest = asked?.told.size === 0 && userId === this.#userId;
      if (isNewest) this.#inbox.setUnread(asked.answer.unread);
    } catch (error) {
      // The next connection asks again; a count that is missing is not worth a word.
      if (!(error instanceof Problem)) throw error;
    }
    if (this.#isOpened && userId === this.#userId) void this.#listLink.open();
  }

  /**
   * The first page has in it what came while it was on its way.
   * @param {string | null} cursor
   * @returns {Promise<Page<Notification>>}
   */
  async #fetchPage(cursor) {
    const asked = await this.#listNews.during(() => this.#rest.list({ cursor }));
    // The list was begun anew meanwhile and does not listen to this one.
    if (!asked) return { items: [], next: null };
    const { answer, told } = asked;
    return cursor ? answer : { ...answer, items: withArrived(answer.items, [...told.values()]) };
  }

  /** @param {{ ids: string[] } | { all: true }} which */
  async #tellRead(which) {
    try {
      const asked = await this.#countNews.during(() => this.#rest.read(which));
      // What came meanwhile was counted without what is read, so it is counted anew.
      if (asked?.told.size) void this.#refresh();
      else if (asked) this.#inbox.setUnread(asked.answer.unread);
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
      void this.#refresh();
    }
  }
}
