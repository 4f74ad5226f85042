// @ts-check
// Challenges in a list: a card for what is on or comes, a line for what is over.

/** @import { Challenge } from "../../types-recognition" */

import { link } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { countOf, formatAgo } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { Countdown, nextMoment } from "./countdown.js";

const EXCERPT_CHARS = 180;

export class ChallengeCard {
  #title = h("span", { class: "challenge-title" });
  #text = h("span", { class: "challenge-excerpt soft" });
  #people = h("span", {});
  #reward = h("span", { class: "reward" });
  #countdown;
  element;

  /**
   * @param {Challenge} challenge
   * @param {() => void} reached when it starts or ends
   */
  constructor(challenge, reached) {
    const moment = nextMoment(challenge);
    this.#countdown = moment && new Countdown(moment.until, reached);
    this.element = h(
      "li",
      { class: "challenge-card", "data-status": challenge.status, "data-testid": "challenge-card" },
      link(
        `/challenges/${challenge.id}`,
        { class: "challenge-link" },
        moment &&
          h(
            "span",
            { class: "challenge-clock" },
            h("span", { class: "small" }, moment.label),
            this.#countdown?.element,
          ),
        this.#title,
        this.#text,
        h("span", { class: "challenge-numbers soft small" }, this.#reward, this.#people),
      ),
    );
  }

  /** @param {Challenge} challenge */
  update({ title, description, participants_count, reward_points }) {
    const text = (description ?? "").split(/\n\s*\n/)[0] ?? "";
    setText(this.#title, title);
    setText(this.#text, text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text);
    setText(this.#people, countOf(participants_count, "challenger"));
    setText(this.#reward, countOf(reward_points, "point"));
  }

  destroy() {
    this.#countdown?.destroy();
  }
}

/** @param {Challenge} challenge */
export function pastChallenge({ id, title, end_date, participants_count, reward_points }) {
  const element = h(
    "li",
    { "data-testid": "challenge-card" },
    link(
      `/challenges/${id}`,
      { class: "past-challenge" },
      icon("flag"),
      h("span", { class: "past-title" }, title),
      h("span", { class: "soft small" }, countOf(participants_count, "challenger")),
      h("span", { class: "soft small" }, countOf(reward_points, "point")),
      h("time", { class: "soft small", datetime: end_date }, formatAgo(end_date, Date.now())),
    ),
  );
  return { element, update: () => {} };
}
