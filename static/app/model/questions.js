// @ts-check
// What viewers of a room have asked: the open questions by rank, what was answered, and the one on the
// screen.

/** @import { ViewerQuestion } from "../types-questions" */

import { Observable } from "./observable.js";

export const QUESTION_LIMIT = 300;

export class Questions extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  /** @type {Map<string, ViewerQuestion>} */
  #byId = new Map();
  /** @type {Set<string>} */
  #mine = new Set();
  /** @type {ViewerQuestion | null} */
  onScreen = null;
  /** What is being asked just now; it outlives every repaint. */
  draft = "";

  /** The most wanted first. */
  get open() {
    return this.#with("open").sort(
      (a, b) => b.votes_count - a.votes_count || Number(BigInt(a.id) - BigInt(b.id)),
    );
  }

  /** The latest first. */
  get answered() {
    return this.#with("answered").sort((a, b) => Number(BigInt(b.id) - BigInt(a.id)));
  }

  /** @param {string} id */
  isMine(id) {
    return this.#mine.has(id);
  }

  /** @param {ViewerQuestion[]} questions the lists as the server has them now */
  loaded(questions) {
    this.#byId.clear();
    this.#mine.clear();
    for (const question of questions) this.#take(question);
    this.state = "ready";
    this.changed();
  }

  failed() {
    if (this.state === "loading") this.state = "failed";
    this.changed();
  }

  /** @param {ViewerQuestion} question */
  receive(question) {
    this.#take(question);
    this.changed();
  }

  /** @param {ViewerQuestion | null} question */
  show(question) {
    this.onScreen = question;
    this.changed();
  }

  /**
   * A vote on its way, or taken back again.
   * @param {string} id
   * @param {boolean} on
   */
  voting(id, on) {
    const question = this.#byId.get(id);
    if (!question || this.#mine.has(id) === on) return;
    if (on) this.#mine.add(id);
    else this.#mine.delete(id);
    const votes = Math.max(0, question.votes_count + (on ? 1 : -1));
    this.#byId.set(id, { ...question, votes_count: votes });
    this.changed();
  }

  /** @param {ViewerQuestion["status"]} status */
  #with(status) {
    return [...this.#byId.values()].filter((question) => question.status === status);
  }

  /** @param {ViewerQuestion} question */
  #take(question) {
    const { id, my_vote: vote } = question;
    this.#byId.set(id, question);
    if (vote === true) this.#mine.add(id);
    if (vote === false) this.#mine.delete(id);
    if (question.is_highlighted) this.onScreen = question;
    else if (this.onScreen?.id === id) this.onScreen = null;
  }
}
