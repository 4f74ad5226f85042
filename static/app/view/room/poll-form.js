// @ts-check
// The form that opens a poll.

import { OPTION_COUNT } from "../../model/poll.js";
import { say } from "../../words/room.js";
import { Field, button, iconButton, showProblem } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h, setText } from "../kit/dom.js";

/** Seconds a poll may stay open; none: until it is closed by hand. */
const DURATIONS = [
  ["", say("untilICloseIt")],
  ["30", "30 seconds"],
  ["60", "1 minute"],
  ["180", "3 minutes"],
  ["600", "10 minutes"],
];

/** When others than the streamer and the moderators see the counts. */
const RESULTS = [
  ["always", say("atAnyTime")],
  ["after_vote", say("whenOneHasVoted")],
  ["at_close", say("whenThePollIsClosed")],
];

/**
 * @typedef {object} NewPoll
 * @property {string} question
 * @property {string[]} options
 * @property {number} [seconds]
 * @property {string} results
 */

/** @param {(poll: NewPoll) => Promise<void>} openPoll */
export function openPollForm(openPoll) {
  openDialog(say("newPoll"), (close) => [new PollForm(openPoll, close).element]);
}

class PollForm {
  #openPoll;
  #close;
  #question = new Field(
    say("question"),
    h("input", { maxlength: "255", "data-testid": "poll-question" }),
    { pointer: "/question" },
  );
  #options = h("ul", { class: "poll-form-options" });
  /** @type {HTMLInputElement[]} */
  #inputs = [];
  #duration = new Field(
    say("howLong"),
    h(
      "select",
      {},
      ...DURATIONS.map(([value, label]) => h("option", { value: value ?? "" }, label)),
    ),
    { pointer: "/seconds" },
  );
  #results = new Field(
    say("whoVotesSeesTheResult"),
    h(
      "select",
      { "data-testid": "poll-results" },
      ...RESULTS.map(([value, label]) => h("option", { value: value ?? "" }, label)),
    ),
    { pointer: "/results" },
  );
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #add = button(say("addAnOption"), { kind: "quiet", icon: "plus" });
  #submit = button(say("openThePoll"), {
    kind: "primary",
    type: "submit",
    "data-testid": "poll-submit",
  });
  element;

  /**
   * @param {(poll: NewPoll) => Promise<void>} openPoll
   * @param {() => void} close
   */
  constructor(openPoll, close) {
    this.#openPoll = openPoll;
    this.#close = close;
    this.#add.addEventListener("click", () => this.#addOption().focus());
    for (let i = 0; i < OPTION_COUNT.least; i++) this.#addOption();
    this.element = h(
      "form",
      { class: "form", novalidate: true },
      this.#question.element,
      h(
        "fieldset",
        { class: "field" },
        h("legend", { class: "label" }, say("options")),
        this.#options,
        this.#add,
      ),
      this.#duration.element,
      this.#results.element,
      this.#problem,
      h("div", { class: "dialog-actions" }, this.#submit),
    );
    this.element.addEventListener("submit", (event) => void this.#submitted(event));
  }

  #addOption() {
    const number = this.#inputs.length + 1;
    const input = h("input", {
      class: "input",
      maxlength: "255",
      "aria-label": say("option", { number }),
      "data-testid": "poll-form-option",
    });
    this.#inputs.push(input);
    this.#render();
    return input;
  }

  /** @param {HTMLInputElement} input */
  #removeOption(input) {
    this.#inputs = this.#inputs.filter((each) => each !== input);
    this.#render();
  }

  #render() {
    const canRemove = this.#inputs.length > OPTION_COUNT.least;
    const rows = this.#inputs.map((input, index) => {
      input.setAttribute("aria-label", say("option", { number: index + 1 }));
      const remove = iconButton("close", say("removeOption", { number: index + 1 }), {
        onclick: () => this.#removeOption(input),
      });
      remove.hidden = !canRemove;
      return h("li", {}, input, remove);
    });
    fill(this.#options, ...rows);
    this.#add.hidden = this.#inputs.length >= OPTION_COUNT.most;
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    const options = this.#inputs.map((input) => input.value.trim()).filter((text) => text !== "");
    const question = this.#question.value.trim();
    if (question === "") return this.#question.setError(say("whatDoYouWantTo"));
    if (options.length < OPTION_COUNT.least) return this.#setProblem(say("aPollNeedsAtLeast"));
    const seconds = Number(this.#duration.value);
    this.#submit.disabled = true;
    try {
      await this.#openPoll({
        question,
        options,
        results: this.#results.value,
        ...(seconds ? { seconds } : {}),
      });
      this.#close();
    } catch (error) {
      this.#setProblem(showProblem(error, [this.#question, this.#duration]));
    }
    this.#submit.disabled = false;
  }

  /** @param {string} text */
  #setProblem(text) {
    setText(this.#problem, text);
    this.#problem.hidden = text === "";
  }
}
