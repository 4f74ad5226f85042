// @ts-check
// The challenges: what is on, what comes, what is over.

/** @import { Challenge, ChallengeStatus } from "../../types-recognition" */
/** @import { Session } from "../../model/session.js" */
/** @import { Rest } from "../../wire/rest.js" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/challenges.js";
import { ChallengeCard, pastChallenge } from "../challenges/cards.js";
import { openChallengeForm } from "../challenges/form.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

/** @typedef {{ rest: Rest, session: Session, go: (path: string) => void }} ChallengesApp */

/** @type {[ChallengeStatus, string][]} */
const PARTS = [
  ["active", say("onNow")],
  ["upcoming", say("comingUp")],
  ["completed", say("over")],
];

/** @param {ChallengesApp} app */
export function openChallenges(app) {
  return new ChallengesPage(app);
}

class ChallengesPage extends View {
  title = say("challenges");
  #state = h("div", {});
  /** @type {{ listing: Listing<Challenge>, link: ListingLink<Challenge> }[]} */
  #parts = [];

  /** @param {ChallengesApp} app */
  constructor({ rest, session, go }) {
    super(h("div", { class: "page challenges-page" }));
    const save = async (/** @type {import("../../types-recognition").GivenChallenge} */ given) =>
      go(`/challenges/${(await rest.challenges.create(given)).id}`);
    const create = button(say("newChallenge"), {
      icon: "plus",
      onclick: () => openChallengeForm({ save }),
      "data-testid": "challenge-new",
    });
    this.element.append(
      h("header", { class: "page-head" }, h("h1", {}, say("challenges")), create),
      h("p", { class: "lead soft" }, say("makeSomethingByADate")),
      this.#state,
      ...PARTS.map(([status, title]) => this.#part(rest, status, title)),
    );
    this.watch([session], () => (create.hidden = !session.isModerator));
    this.watch(
      this.#parts.map(({ listing }) => listing),
      () => this.#render(),
    );
    this.#open();
  }

  #open() {
    for (const { link } of this.#parts) void link.open();
  }

  /**
   * @param {Rest} rest
   * @param {ChallengeStatus} status
   * @param {string} title
   */
  #part(rest, status, title) {
    /** @type {Listing<Challenge>} */
    const listing = new Listing();
    const link = new ListingLink(listing, (cursor) => rest.challenges.list({ status, cursor }));
    this.#parts.push({ listing, link });
    const isOver = status === "completed";
    const list = h("ul", { class: isOver ? "past-challenges" : "challenge-cards" });
    const more = button(say("showMore"), { kind: "quiet", onclick: () => void link.more() });
    const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
    const id = `challenges-${status}`;
    const element = h(
      "section",
      { "aria-labelledby": id, "data-testid": id },
      h("h2", { id }, title),
      list,
      problem,
      more,
    );
    const rows = new KeyedList(
      list,
      (/** @type {Challenge} */ { id: key }) => key,
      (challenge) =>
        isOver ? pastChallenge(challenge) : new ChallengeCard(challenge, () => this.#open()),
    );
    this.whenDestroyed(() => rows.set([]));
    this.watch([listing], () => {
      rows.set(listing.items);
      element.hidden = listing.items.length === 0;
      more.hidden = listing.next === null;
      more.disabled = listing.isFetching;
      setText(problem, listing.problem);
      problem.hidden = listing.problem === "";
    });
    return element;
  }

  #render() {
    const listings = this.#parts.map(({ listing }) => listing);
    const failed = listings.find(({ state }) => state === "failed");
    const isWaiting = listings.some(({ state }) => state === "loading");
    const isEmpty = listings.every(({ items }) => items.length === 0);
    if (failed && isEmpty) return fill(this.#state, this.#failure(failed.problem));
    if (isWaiting && isEmpty) return fill(this.#state, spinner(say("fetchingTheChallenges")));
    fill(this.#state, isEmpty && noneYet());
  }

  /** @param {string} problem */
  #failure(problem) {
    const action = button(say("tryAgain"), { icon: "rotate", onclick: () => this.#open() });
    return emptyState({
      title: say("theChallengesCouldNotBe"),
      text: problem,
      icon: "alert",
      action,
    });
  }
}

function noneYet() {
  return emptyState({
    title: say("noChallengeYet"),
    text: say("whenAModeratorAnnouncesOne"),
    icon: "flag",
  });
}
