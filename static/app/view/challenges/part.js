// @ts-check
// One's own part in a challenge: join, submit, wait, hear.

/** @import { OpenChallenge } from "../../model/challenge.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Part } from "../../types-recognition" */
/** @import { Child } from "../kit/dom.js" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/challenges.js";
import { Field, button, link, showProblem } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { countOf } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

/**
 * @typedef {object} PartActions
 * @property {() => Promise<void>} join
 * @property {(url: string) => Promise<void>} submit
 * @property {() => void} leave
 */

export class PartView extends View {
  #actions;
  #model;
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #body = h("div", { class: "part-body" });
  /** Made once per part and state, so that what is being typed outlives a refresh. */
  #shown = "";

  /**
   * @param {{ model: OpenChallenge, session: Session }} models
   * @param {PartActions} actions
   */
  constructor({ model, session }, actions) {
    super(h("section", { class: "part", "aria-label": say("yourPart"), "data-testid": "part" }));
    this.#model = model;
    this.#actions = actions;
    this.element.append(this.#body, this.#problem);
    this.watch([model, session], () => this.#render(session.user !== null));
  }

  /** @param {boolean} isSignedIn */
  #render(isSignedIn) {
    const { challenge } = this.#model;
    if (!challenge) return;
    const { status, me } = challenge;
    const shown = JSON.stringify([isSignedIn, status, me]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.dataset.state = me?.state ?? "none";
    this.#say("");
    fill(this.#body, ...this.#content(isSignedIn, status, me ?? null));
  }

  /**
   * @param {boolean} isSignedIn
   * @param {string} status
   * @param {Part | null} part
   * @returns {Child[]}
   */
  #content(isSignedIn, status, part) {
    if (!isSignedIn) {
      if (status === "completed") return [h("p", { class: "soft" }, say("thisChallengeIsOver"))];
      const next = encodeURIComponent(`/challenges/${this.#model.id}`);
      return [
        h("p", {}, say("signInToTakePart")),
        link(`/signin?next=${next}`, { class: "button primary" }, say("signIn")),
      ];
    }
    if (!part) {
      if (status === "completed") return [h("p", { class: "soft" }, say("thisChallengeIsOver"))];
      return [
        h("p", {}, say("joinAndSubmitALink")),
        button(say("joinTheChallenge"), {
          kind: "primary",
          "data-testid": "join",
          onclick: () => this.#try(() => this.#actions.join()),
        }),
      ];
    }
    if (part.state === "accepted") return accepted(part);
    const isOpen = status === "active";
    return [
      standing(part, status),
      part.submission_url ? submitted(part.submission_url) : null,
      part.state === "returned" && part.review_note
        ? h("blockquote", { class: "review-note" }, part.review_note)
        : null,
      isOpen ? this.#form(part) : null,
      status === "completed" ? null : this.#leave(),
    ];
  }

  /** @param {Part} part */
  #form({ state, submission_url }) {
    const url = new Field(
      state === "joined" ? say("linkToWhatYouMade") : say("anotherLink"),
      h("input", {
        type: "url",
        inputmode: "url",
        placeholder: "https://",
        value: state === "returned" ? (submission_url ?? "") : "",
        "data-testid": "submission-url",
      }),
      { pointer: "/url" },
    );
    const submit = button(state === "joined" ? say("submit") : say("submitAnew"), {
      kind: state === "submitted" ? "plain" : "primary",
      type: "submit",
      "data-testid": "submit",
    });
    const sent = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (!url.value.trim()) return url.setError(say("thisIsNeeded"));
      submit.disabled = true;
      try {
        await this.#actions.submit(url.value.trim());
      } catch (error) {
        this.#say(showProblem(error, [url]));
      }
      submit.disabled = false;
    };
    return h("form", { class: "form", novalidate: true, onsubmit: sent }, url.element, submit);
  }

  #leave() {
    return button(say("leaveTheChallenge"), {
      kind: "quiet",
      "data-testid": "leave",
      onclick: () => this.#actions.leave(),
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    this.#say("");
    try {
      await act();
    } catch (error) {
      this.#say(sentenceFor(error));
    }
  }

  /** @param {string} problem */
  #say(problem) {
    setText(this.#problem, problem);
    this.#problem.hidden = problem === "";
  }
}

/**
 * @param {Part} part
 * @param {string} status
 */
function standing({ state }, status) {
  if (state === "submitted") return line("send", say("submitted"), say("aModeratorWillLookAt"));
  if (state === "returned")
    return line("reply", say("cameBackWithANote"), say("workOnItAndSubmit"));
  if (status === "upcoming")
    return line("accept", say("youAreIn"), say("submittingOpensWhenTheChallenge"));
  if (status === "completed") return line("flag", say("timeIsOver"), say("nothingWasSubmitted"));
  return line("accept", say("youAreIn"), say("submitALinkBeforeThe"));
}

/** @param {Part} part */
function accepted({ points_earned, review_note, submission_url }) {
  return [
    line("trophy", say("accepted"), say("youEarned", { points: countOf(points_earned, "point") })),
    submission_url ? submitted(submission_url) : null,
    review_note ? h("blockquote", { class: "review-note" }, review_note) : null,
  ];
}

/**
 * @param {import("../kit/icons.js").IconName} name
 * @param {string} title
 * @param {string} text
 */
function line(name, title, text) {
  return h(
    "div",
    { class: "part-line", role: "status" },
    h("span", { class: "part-icon" }, icon(name, 20)),
    h("strong", { "data-testid": "part-state" }, title),
    h("span", { class: "soft" }, text),
  );
}

/** @param {string} url */
export function submitted(url) {
  // Somebody's link: it opens beside this page and learns nothing of it.
  return h(
    "a",
    {
      class: "submitted-link",
      href: url,
      target: "_blank",
      rel: "noopener noreferrer nofollow ugc",
    },
    icon("link", 16),
    h("span", {}, url.replace(/^https?:\/\//, "")),
  );
}
