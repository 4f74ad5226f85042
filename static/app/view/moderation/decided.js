// @ts-check
// Reports that were decided: how, by whom, and the way to take it back.

/** @import { App } from "../../app" */
/** @import { ContentKind, Report } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/moderation.js";
import { emptyState, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { decisionButton } from "./decision.js";

const OUTCOMES = {
  dismiss: say("dismissed"),
  remove: say("removedState"),
  suspend: say("authorSuspended"),
};

export class DecidedView extends View {
  #app;
  /** @type {Listing<Report>} */
  #reports = new Listing();
  #link;

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("decided"), "data-testid": "decided" }));
    this.#app = app;
    this.#link = new ListingLink(this.#reports, (cursor) => app.rest.moderation.decided(cursor));
    const list = this.own(
      new ListView(this.#reports, {
        label: say("decidedReports"),
        class: "queue-list",
        row: (report) => ({ element: this.#row(report), update: () => {} }),
        empty: () =>
          emptyState({ title: say("nothingWasDecidedYet"), text: say("decidedReportsStandHere"), icon: "flag" }),
        more: () => void this.#link.more(),
        again: () => void this.#link.open(),
      }),
    );
    this.element.append(list.element);
    void this.#link.open();
  }

  /** @param {Report} report */
  #row(report) {
    const { subject, subject_type: type, resolution, resolved_by, resolved_at, reason, note } = report;
    return h(
      "li",
      { class: "queued is-decided", "data-testid": "decided-report" },
      h(
        "header",
        { class: "queued-head" },
        h("span", { class: "chip" }, say("kind", { kind: type })),
        type !== "user" && personLink(subject?.user ?? null),
        h("span", { class: "chip is-outcome" }, resolution ? OUTCOMES[resolution] : ""),
        h(
          "span",
          { class: "soft small queued-when" },
          resolved_by && `${say("by", { name: resolved_by.username })}, `,
          formatAgo(resolved_at ?? "", Date.now()),
        ),
      ),
      h("blockquote", { class: "queued-words" }, subject?.words ?? say("goneForGoodNote")),
      h("p", { class: "small soft" }, note ? `${reason} · ${note}` : reason),
      h("div", { class: "queued-foot" }, ...this.#waysBack(report)),
    );
  }

  /** @param {Report} report */
  #waysBack({ subject, subject_type: type, subject_id: id }) {
    const { moderation } = this.#app.rest;
    const username = subject?.user?.username;
    return [
      subject?.is_removed &&
        decisionButton(say("putItBack"), () =>
          void this.#takeBack(() => moderation.restore(/** @type {ContentKind} */ (type), id)),
        ),
      subject?.is_suspended && username &&
        decisionButton(say("liftTheSuspension"), () => void this.#takeBack(() => moderation.lift(username))),
    ];
  }

  /** @param {() => Promise<unknown>} send */
  async #takeBack(send) {
    try {
      await send();
      this.#app.toasts.note(say("takenBack"));
      void this.#link.open();
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }
}
