// @ts-check
// The removals to which authors object: what it was, why it was taken away, what they say.

/** @import { App } from "../../app" */
/** @import { Appeal } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/moderation.js";
import { emptyState, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { askReason, decisionButton } from "./decision.js";

export class AppealsView extends View {
  #app;
  /** @type {Listing<Appeal>} */
  #appeals = new Listing();

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("appeals"), "data-testid": "appeals" }));
    this.#app = app;
    const link = new ListingLink(this.#appeals, (cursor) => app.rest.moderation.appeals(cursor));
    const list = this.own(
      new ListView(this.#appeals, {
        label: say("appeals"),
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
        h("span", { class: "chip" }, say("kind", { kind })),
        personLink(subject?.user ?? null),
        h("span", { class: "soft small queued-when" }, formatAgo(appealed_at ?? "", Date.now())),
      ),
      h("blockquote", { class: "queued-words" }, words || say("goneForGoodNote")),
      h(
        "dl",
        { class: "appeal-lines" },
        h("dt", {}, say("removedBecause")),
        h("dd", {}, reason ?? say("noReasonWasGiven")),
        h("dt", {}, say("itsAuthorSays")),
        h("dd", {}, text ?? ""),
      ),
      h(
        "div",
        { class: "queued-foot" },
        decisionButton(say("putItBack"), () => void this.#restore(appeal), { kind: "primary", testId: "restore" }),
        decisionButton(say("itStaysRemoved"), () => this.#uphold(appeal), { testId: "uphold" }),
      ),
    );
  }

  /** @param {Appeal} appeal */
  async #restore({ id, subject_type: kind, subject_id }) {
    const { rest, toasts } = this.#app;
    try {
      await rest.moderation.restore(kind, subject_id);
      this.#appeals.remove(id);
      toasts.note(say("itIsBackAndIts"));
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  }

  /** @param {Appeal} appeal */
  #uphold({ id, subject_type: kind, subject_id }) {
    const { rest, toasts } = this.#app;
    askReason({
      title: say("itStaysRemoved"),
      text: say("itsAuthorIsToldThere"),
      action: say("turnTheAppealDown"),
      isNeeded: false,
      kind: "primary",
      send: async (note) => {
        await rest.moderation.uphold(kind, subject_id, note);
        this.#appeals.remove(id);
        toasts.note(say("theAppealIsTurnedDown"));
      },
    });
  }
}

function nobodyObjects() {
  return emptyState({
    title: say("nobodyObjects"),
    text: say("whoeverSomethingWasTakenFrom"),
    icon: "accept",
  });
}
