// @ts-check
// One suggestion: its lines before and after, the votes, and what became of it.

/** @import { Suggestion } from "../../types" */

import { diffLines } from "../../model/diff.js";
import { button, iconButton } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { linesText } from "./suggestions.js";

/** @typedef {Suggestion & { myVote: number, isBusy: boolean, canVote: boolean, isOwner: boolean }} CardState */

/**
 * @typedef {object} CardActions
 * @property {(value: 1 | -1 | 0) => void} vote
 * @property {(status: "accepted" | "rejected") => void} resolve
 * @property {(start: number, end: number) => void} show
 * @property {(start: number, end: number) => string} currentLines
 */

const STATUS_WORDS = {
  pending: "",
  accepted: "Accepted",
  rejected: "Rejected",
};

export class SuggestionCard {
  #actions;
  /** @type {CardState | null} */
  #state = null;
  #lines = h("button", { type: "button", class: "lines-link", onclick: () => this.#show() });
  #author = h("span", { class: "soft small" });
  #status = h("span", { class: "chip suggestion-status" });
  #diff = h("pre", { class: "diff", tabindex: "0", "aria-label": "Proposed change" });
  #up = iconButton("up", "Vote for it", {
    class: "vote",
    "data-testid": "suggestion-up",
    onclick: () => this.#vote(1),
  });
  #down = iconButton("down", "Vote against it", {
    class: "vote",
    "data-testid": "suggestion-down",
    onclick: () => this.#vote(-1),
  });
  #upvotes = h("span", { class: "number", "data-testid": "suggestion-upvotes" });
  #downvotes = h("span", { class: "number", "data-testid": "suggestion-downvotes" });
  #accept = button("Accept", {
    kind: "primary",
    icon: "accept",
    class: "button primary small-button",
    "data-testid": "suggestion-accept",
    onclick: () => this.#actions.resolve("accepted"),
  });
  #reject = button("Reject", {
    kind: "quiet",
    class: "button quiet small-button",
    "data-testid": "suggestion-reject",
    onclick: () => this.#actions.resolve("rejected"),
  });
  #drawn = "";
  element;

  /** @param {CardActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.element = h(
      "li",
      { class: "suggestion", "data-testid": "suggestion", tabindex: "-1" },
      h("div", { class: "suggestion-head" }, this.#lines, this.#author, this.#status),
      this.#diff,
      h(
        "div",
        { class: "suggestion-foot" },
        h(
          "div",
          { class: "votes", role: "group", "aria-label": "Votes" },
          this.#up,
          this.#upvotes,
          this.#down,
          this.#downvotes,
        ),
        h("div", { class: "suggestion-actions" }, this.#reject, this.#accept),
      ),
    );
  }

  /** @param {CardState} state */
  update(state) {
    this.#state = state;
    const isOpen = state.status === "pending";
    setAttributes(this.element, { "data-id": state.id, "data-status": state.status });
    setText(this.#lines, capitalised(linesText(state.line_start, state.line_end)));
    setText(this.#author, `by ${state.user?.username ?? "an erased account"}`);
    setText(this.#status, STATUS_WORDS[state.status] ?? state.status);
    this.#status.hidden = isOpen;
    setText(this.#upvotes, state.upvotes);
    setText(this.#downvotes, state.downvotes);
    for (const [vote, value] of /** @type {const} */ ([
      [this.#up, 1],
      [this.#down, -1],
    ])) {
      vote.setAttribute("aria-pressed", String(state.myVote === value));
      vote.disabled = !isOpen || !state.canVote || state.isBusy;
    }
    this.#accept.hidden = this.#reject.hidden = !isOpen || !state.isOwner;
    this.#accept.disabled = this.#reject.disabled = state.isBusy;
    this.#drawDiff(state);
  }

  /** @param {CardState} state */
  #drawDiff({ original, content, line_start, line_end }) {
    const before = original ?? this.#actions.currentLines(line_start, line_end);
    const drawn = `${before}\u0000${content}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const signs = { same: " ", removed: "−", added: "+" };
    const rows = diffLines(before, content).map(({ kind, text }) =>
      h(
        "span",
        { class: `diff-line ${kind}` },
        h("span", { class: "diff-sign" }, signs[kind]),
        h("span", {}, text || " "),
      ),
    );
    fill(this.#diff, ...rows);
  }

  #show() {
    if (this.#state) this.#actions.show(this.#state.line_start, this.#state.line_end);
  }

  /** Pressing one's own vote again takes it back. @param {1 | -1} value */
  #vote(value) {
    this.#actions.vote(this.#state?.myVote === value ? 0 : value);
  }
}

/** @param {string} text */
function capitalised(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
