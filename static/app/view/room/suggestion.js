// @ts-check
// One suggestion: its lines before and after, the votes, and what became of it.

/** @import { Place } from "../../model/places.js" */
/** @import { Suggestion } from "../../types" */

import { say } from "../../words/code.js";
import { button, iconButton } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { drawn } from "./suggestion-comparison.js";
import { linesText } from "./suggestions.js";

/** @typedef {Suggestion & { place: Place | null, myVote: number, isBusy: boolean, isMine: boolean, canVote: boolean, isOwner: boolean }} CardState */

/**
 * @typedef {object} CardActions
 * @property {(value: 1 | -1 | 0) => void} vote
 * @property {() => void} accept
 * @property {() => void} reject
 * @property {() => void} withdraw
 * @property {() => void} compare
 * @property {(start: number, end: number) => void} show
 */

const STATUS_WORDS = {
  pending: "",
  accepted: say("accepted"),
  rejected: say("rejected"),
  withdrawn: say("withdrawn"),
};
const TEXT = {
  stale: say("editedSince"),
  gone: say("linesGone"),
  compare: say("compare"),
  withdraw: say("withdraw"),
};

export class SuggestionCard {
  #actions;
  /** @type {CardState | null} */
  #state = null;
  #lines = h("button", { type: "button", class: "lines-link", onclick: () => this.#show() });
  #author = h("span", { class: "soft small" });
  #status = h("span", { class: "chip suggestion-status" });
  #diff = h("pre", { class: "diff", tabindex: "0", "aria-label": say("proposedChange") });
  #up = iconButton("up", say("voteForIt"), {
    class: "vote",
    "data-testid": "suggestion-up",
    onclick: () => this.#vote(1),
  });
  #down = iconButton("down", say("voteAgainstIt"), {
    class: "vote",
    "data-testid": "suggestion-down",
    onclick: () => this.#vote(-1),
  });
  #upvotes = h("span", { class: "number", "data-testid": "suggestion-upvotes" });
  #downvotes = h("span", { class: "number", "data-testid": "suggestion-downvotes" });
  #accept = button(say("accept"), {
    kind: "primary",
    icon: "accept",
    class: "button primary small-button",
    "data-testid": "suggestion-accept",
    onclick: () => this.#actions.accept(),
  });
  #reject = button(say("reject"), {
    kind: "quiet",
    class: "button quiet small-button",
    "data-testid": "suggestion-reject",
    onclick: () => this.#actions.reject(),
  });
  #compare = button(TEXT.compare, {
    class: "button small-button",
    "data-testid": "suggestion-compare",
    onclick: () => this.#actions.compare(),
  });
  #withdraw = button(TEXT.withdraw, {
    kind: "quiet",
    class: "button quiet small-button",
    "data-testid": "suggestion-withdraw",
    onclick: () => this.#actions.withdraw(),
  });
  #note = h("p", { class: "suggestion-note small", "data-testid": "suggestion-note" });
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
      this.#note,
      h(
        "div",
        { class: "suggestion-foot" },
        h(
          "div",
          { class: "votes", role: "group", "aria-label": say("votes") },
          this.#up,
          this.#upvotes,
          this.#down,
          this.#downvotes,
        ),
        h(
          "div",
          { class: "suggestion-actions" },
          this.#withdraw,
          this.#reject,
          this.#compare,
          this.#accept,
        ),
      ),
    );
  }

  /** @param {CardState} state */
  update(state) {
    this.#state = state;
    const isOpen = state.status === "pending";
    const isStale = isOpen && (state.place?.isStale ?? state.is_stale);
    const { start, end } = placeOf(state);
    setAttributes(this.element, {
      "data-id": state.id,
      "data-status": state.status,
      "data-stale": String(isStale),
    });
    setText(this.#lines, capitalised(linesText(start, end)));
    setText(this.#author, say("by", { name: state.user?.username ?? say("anErasedAccount") }));
    const staleWord = state.place?.isGone ? TEXT.gone : TEXT.stale;
    setText(this.#status, isStale ? staleWord : (STATUS_WORDS[state.status] ?? state.status));
    this.#status.hidden = isOpen && !isStale;
    setText(this.#note, state.note ? `“${state.note}”` : "");
    this.#note.hidden = !state.note;
    setText(this.#upvotes, state.upvotes);
    setText(this.#downvotes, state.downvotes);
    for (const [vote, value] of /** @type {const} */ ([
      [this.#up, 1],
      [this.#down, -1],
    ])) {
      vote.setAttribute("aria-pressed", String(state.myVote === value));
      vote.disabled = !isOpen || !state.canVote || state.isBusy;
    }
    this.#reject.hidden = !isOpen || !state.isOwner;
    this.#accept.hidden = this.#reject.hidden || isStale;
    this.#compare.hidden = !isStale;
    this.#withdraw.hidden = !isOpen || !state.isMine || state.isOwner;
    for (const each of [this.#accept, this.#reject, this.#withdraw]) each.disabled = state.isBusy;
    this.#drawDiff(state);
  }

  /** @param {CardState} state */
  #drawDiff({ original, content }) {
    const key = `${original}\u0000${content}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    fill(this.#diff, ...drawn(original ?? "", content));
  }

  #show() {
    if (!this.#state) return;
    const { start, end } = placeOf(this.#state);
    this.#actions.show(start, end);
  }

  /** Pressing one's own vote again takes it back. @param {1 | -1} value */
  #vote(value) {
    this.#actions.vote(this.#state?.myVote === value ? 0 : value);
  }
}

/** @param {CardState} state */
function placeOf({ place, line_start: start, line_end: end }) {
  return place ?? { start, end };
}

/** @param {string} text */
function capitalised(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
