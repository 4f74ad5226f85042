// @ts-check
// Keeps one challenge in step with the server, and says there what a challenger or a moderator does.

/** @import { OpenChallenge, ReviewState } from "../model/challenge.js" */
/** @import { Inbox } from "../model/inbox.js" */
/** @import { Session } from "../model/session.js" */
/** @import { GivenChallenge, Part } from "../types-recognition" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Undo } from "./undo.js" */

import { Problem, sentenceFor } from "../wire/problem.js";
import { News } from "../model/news.js";
import { say as sayOfSite } from "../words/site.js";
import { ListingLink } from "./listing-link.js";

export class ChallengeLink {
  #rest;
  #session;
  #model;
  #board;
  #submissions;
  #undo;
  #unsubscribe;
  /** @type {News<Part>} */
  #partNews = new News();

  /**
   * @param {{ rest: Rest, session: Session, inbox: Inbox, undo: Undo }} app
   * @param {OpenChallenge} model
   */
  constructor({ rest, session, inbox, undo }, model) {
    const { challenges } = rest;
    this.#rest = challenges;
    this.#session = session;
    this.#undo = undo;
    this.#model = model;
    this.#board = new ListingLink(model.board, async (cursor) => {
      const { items, next } = await challenges.board(model.id, { cursor });
      return { items: items.map((each) => ({ ...each, id: each.user.id })), next };
    });
    this.#submissions = new ListingLink(model.submissions, async (cursor) => {
      const filter = { state: model.reviewing, cursor };
      const { items, next } = await challenges.submissions(model.id, filter);
      return { items: items.map((each) => ({ ...each, id: each.user.id })), next };
    });
    // A review is told at once: the page shows it without being asked.
    this.#unsubscribe = inbox.arrived.listen(({ type, related_id }) => {
      if (type === "challenge_result" && related_id === model.id) void this.open();
    });
  }

  async open() {
    try {
      const asked = await this.#partNews.during(() => this.#rest.see(this.#model.id));
      if (!asked) return;
      if (asked.told.size > 0) return void (await this.open());
      this.#model.set(asked.answer);
    } catch (error) {
      const isMissing = error instanceof Problem && error.status === 404;
      this.#model.fail(isMissing ? "missing" : "failed", sentenceFor(error));
      return;
    }
    void this.#board.open();
    if (this.#session.isModerator) void this.#submissions.open();
  }

  moreOfBoard() {
    void this.#board.more();
  }

  moreSubmissions() {
    void this.#submissions.more();
  }

  async join() {
    this.#setPart(await this.#rest.join(this.#model.id));
  }

  /** Left at once, and for good when there was time to think better of it. */
  leave() {
    const part = this.#model.challenge?.me ?? null;
    this.#setPart(null);
    this.#undo.offer({
      owner: this,
      text: sayOfSite("challengeLeft"),
      putBack: () => this.#setPart(part),
      send: () => this.#rest.withdraw(this.#model.id),
    });
  }

  /** @param {string} url */
  async submit(url) {
    this.#setPart(await this.#rest.submit(this.#model.id, url));
  }

  /** @param {Part | null} part */
  #setPart(part) {
    this.#partNews.tell("me", part);
    this.#model.setPart(part);
  }

  /** @param {GivenChallenge} given */
  async edit(given) {
    await this.#rest.edit(this.#model.id, given);
    await this.open();
  }

  /** @param {ReviewState} state */
  review(state) {
    this.#model.review(state);
    void this.#submissions.open();
  }

  /**
   * @param {string} username
   * @param {{ points: number, note?: string }} acceptance
   */
  async accept(username, acceptance) {
    await this.#rest.accept(this.#model.id, username, acceptance);
    await this.open();
  }

  /**
   * @param {string} username
   * @param {string} note
   */
  async sendBack(username, note) {
    await this.#rest.sendBack(this.#model.id, username, note);
    await this.open();
  }

  destroy() {
    this.#unsubscribe();
    this.#partNews.close();
    void this.#undo.finish(this);
  }
}
