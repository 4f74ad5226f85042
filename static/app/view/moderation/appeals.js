// @ts-check
// The removals to which authors object: what it was, why it was taken away, what they say.

/** @import { App } from "../../app" */
/** @import { Appeal } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { emptyState, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { askReason, decisionButton } from "./decision.js";
import { KINDS } from "./words.js";

export class AppealsView extends View {
  #app;
  /** @type {Listing<Appeal>} */
  #appeals = new Listing();

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": "Appeals", "data-testid": "appeals" }));
    this.#app = app;
    const link = new ListingLink(this.#appeals, (cursor) => app.rest.moderation.appeals(cursor));
    const list = this.own(
      new ListView(this.#appeals, {
        label: "Appeals",
        class: "queue-list",
        row: (appeal) => ({ element: this.#row(appeal), update: () => {} }),
        empty: nobodyObjects,
        more: () => void link.more(),
        again: () => void link.open(),
      }),
    );
    this.element.append(list.element);
    void link.open();
  }

  /** @param {Appeal} appeal */
  #row(appeal) {
    const { subject, subject_type: kind, words, reason, appealed_at, appeal: text } = appeal;
    return h(
      "li",
      { class: "queued", "data-testid": "appeal" },
      h(
        "header",
        { class: "queued-head" },
        h("span", { class: "chip" }, KINDS[kind]),
        personLink(subject?.user ?? null),
        h("span", { class: "soft small queued-when" }, formatAgo(appealed_at ?? "", Date.now())),
      ),
      h("blockquote", { class: "queued-words" }, words || "Gone for good."),
      h(
        "dl",
        { class: "appeal-lines" },
        h("dt", {}, "Removed because"),
        h("dd", {}, reason ?? "no reason was given"),
        h("dt", {}, "Its author says"),
        h("dd", {}, text ?? ""),
      ),
      h(
        "div",
        { class: "queued-foot" },
        decisionButton("Put it back", () => void this.#restore(appeal), { kind: "primary", testId: "restore" }),
        decisionButton("It stays removed", () => this.#uphold(appeal), { testId: "uphold" }),
      ),
    );
  }

  /** @param {Appeal} appeal */
  async #restore({ id, subject_type: kind, subject_id }) {
    const { rest, toasts } = this.#app;
    try {
      await rest.moderation.restore(kind, subject_id);
      this.#appeals.remove(id);
      toasts.note("It is back, and its author is told.");
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  }

  /** @param {Appeal} appeal */
  #uphold({ id, subject_type: kind, subject_id }) {
    const { rest, toasts } = this.#app;
    askReason({
      title: "It stays removed",
      text: "Its author is told. There is no second appeal.",
      action: "Turn the appeal down",
      isNeeded: false,
      kind: "primary",
      send: async (note) => {
        await rest.moderation.uphold(kind, subject_id, note);
        this.#appeals.remove(id);
        toasts.note("The appeal is turned down.");
      },
    });
  }
}

function nobodyObjects() {
  return emptyState({
    title: "Nobody objects",
    text: "Whoever something was taken from may object once. It stands here then.",
    icon: "accept",
  });
}
