// @ts-check
// One challenge: what is asked, how long there is, one's own part, and who made it.

/** @import { Undo } from "../../link/undo.js" */
/** @import { Inbox } from "../../model/inbox.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Challenge } from "../../types-recognition" */
/** @import { Rest } from "../../wire/rest.js" */

import { ChallengeLink } from "../../link/challenge-link.js";
import { OpenChallenge } from "../../model/challenge.js";
import { say } from "../../words/challenges.js";
import { BoardView } from "../challenges/board.js";
import { Countdown, nextMoment } from "../challenges/countdown.js";
import { openChallengeForm } from "../challenges/form.js";
import { PartView } from "../challenges/part.js";
import { ReviewView } from "../challenges/review.js";
import { button, emptyState, link, spinner } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { countOf, formatWhen } from "../kit/format.js";
import { View } from "../kit/view.js";
import { MissingPage } from "./missing.js";

/** @typedef {{ rest: Rest, session: Session, inbox: Inbox, undo: Undo, toasts: import("../../model/toasts.js").Toasts }} ChallengeApp */

const STATUS_NAMES = { upcoming: say("comingUp"), active: say("onNow"), completed: say("over") };

/**
 * @param {ChallengeApp} app
 * @param {string} id
 */
export function openChallenge(app, id) {
  return new ChallengePage(app, new OpenChallenge(id));
}

class ChallengePage extends View {
  title = say("challenge");
  #app;
  #model;
  #link;
  #shown = "";

  /**
   * @param {ChallengeApp} app
   * @param {OpenChallenge} model
   */
  constructor(app, model) {
    super(h("div", {}));
    this.#app = app;
    this.#model = model;
    this.#link = this.own(new ChallengeLink(app, model));
    this.watch([model], () => this.#render());
    void this.#link.open();
  }

  #render() {
    const { state, challenge, problem } = this.#model;
    if (challenge) document.title = `${challenge.title} · Vibecast`;
    if (state === this.#shown) return;
    this.#shown = state;
    if (state === "loading") return fill(this.element, spinner(say("fetchingTheChallenge")));
    if (state === "missing")
      return fill(this.element, new MissingPage(say("thereIsNoSuchChallenge")).element);
    if (state === "failed") return fill(this.element, this.#failure(problem));
    fill(this.element, this.own(new ChallengeView(this.#app, this.#model, this.#link)).element);
  }

  /** @param {string} text */
  #failure(text) {
    const action = button(say("tryAgain"), {
      icon: "rotate",
      onclick: () => void this.#link.open(),
    });
    return emptyState({ title: say("theChallengeCouldNotBe"), text, icon: "alert", action });
  }
}

class ChallengeView extends View {
  #model;
  #link;
  #status = h("span", { class: "chip" });
  #heading = h("h1", {});
  #facts = h("p", { class: "challenge-facts soft" });
  #description = h("p", { class: "challenge-description" });
  #clock = h("div", { class: "challenge-clock large" });
  #reward = h("div", { class: "challenge-reward" });
  /** @type {{ key: string, view: Countdown } | null} */
  #countdown = null;

  /**
   * @param {ChallengeApp} app
   * @param {OpenChallenge} model
   * @param {ChallengeLink} challengeLink
   */
  constructor({ session }, model, challengeLink) {
    super(h("article", { class: "page page-aside challenge-page" }));
    this.#model = model;
    this.#link = challengeLink;
    const part = this.own(
      new PartView(
        { model, session },
        {
          join: () => challengeLink.join(),
          submit: (url) => challengeLink.submit(url),
          leave: () => challengeLink.leave(),
        },
      ),
    );
    const board = this.own(new BoardView(model, { more: () => challengeLink.moreOfBoard() }));
    const tools = h("div", { class: "moderator-tools" });
    this.element.append(
      h(
        "header",
        { class: "challenge-head" },
        link("/challenges", { class: "back-link small" }, say("challenges")),
        h("div", { class: "row" }, this.#status, this.#editButton(session)),
        this.#heading,
        this.#facts,
      ),
      h("aside", { class: "challenge-aside" }, this.#clock, this.#reward, part.element),
      h("div", { class: "challenge-main" }, this.#description, board.element, tools),
    );
    if (session.isModerator) tools.append(this.#review(session));
    this.watch([model], () => model.challenge && this.#render(model.challenge));
    this.whenDestroyed(() => this.#countdown?.view.destroy());
  }

  /** @param {Session} session */
  #editButton(session) {
    if (!session.isModerator) return null;
    const edit = () => {
      const { challenge } = this.#model;
      if (challenge) openChallengeForm({ challenge, save: (given) => this.#link.edit(given) });
    };
    return button(say("edit"), {
      icon: "suggest",
      class: "button plain small-button",
      onclick: edit,
    });
  }

  /** @param {Session} session */
  #review({ user }) {
    const review = new ReviewView(
      { model: this.#model, username: user?.username ?? "" },
      {
        review: (state) => this.#link.review(state),
        more: () => this.#link.moreSubmissions(),
        accept: (username, acceptance) => this.#link.accept(username, acceptance),
        sendBack: (username, note) => this.#link.sendBack(username, note),
      },
    );
    return this.own(review).element;
  }

  /** @param {Challenge} challenge */
  #render(challenge) {
    const { status, title, description, user, participants_count, reward_points } = challenge;
    const now = Date.now();
    this.element.dataset.status = status;
    setText(this.#status, STATUS_NAMES[status]);
    setText(this.#heading, title);
    setText(
      this.#facts,
      [
        say("fromTo", {
          from: formatWhen(challenge.start_date, now),
          to: formatWhen(challenge.end_date, now),
        }),
        countOf(participants_count, "challenger"),
        user ? say("by", { name: user.username }) : "",
      ]
        .filter(Boolean)
        .join(" · "),
    );
    setText(this.#description, description ?? "");
    this.#description.hidden = !description;
    fill(
      this.#reward,
      h("span", { class: "number" }, String(reward_points)),
      h("span", { class: "soft small" }, say("pointsToEarn")),
    );
    this.#renderClock(challenge);
  }

  /** @param {Challenge} challenge */
  #renderClock(challenge) {
    const moment = nextMoment(challenge);
    this.#clock.hidden = moment === null;
    const key = moment ? moment.label + moment.until : "";
    if (this.#countdown?.key === key) return;
    this.#countdown?.view.destroy();
    this.#countdown = moment && {
      key,
      view: new Countdown(moment.until, () => void this.#link.open()),
    };
    fill(
      this.#clock,
      moment && h("span", { class: "small soft" }, moment.label),
      this.#countdown?.view.element,
    );
  }
}
