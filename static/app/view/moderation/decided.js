// @ts-check
// Reports that were decided: how, by whom, and the way to take it back.

/** @import { App } from "../../app" */
/** @import { ContentKind, Report } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { emptyState, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { decisionButton } from "./decision.js";
import { KINDS } from "./words.js";

const OUTCOMES = { dismiss: "dismissed", remove: "removed", suspend: "author suspended" };

export class DecidedView extends View {
  #app;
  /** @type {Listing<Report>} */
  #reports = new Listing();
  #link;

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": "Decided", "data-testid": "decided" }));
    this.#app = app;
    this.#link = new ListingLink(this.#reports, (cursor) => app.rest.moderation.decided(cursor));
    const list = this.own(
      new ListView(this.#reports, {
        label: "Decided reports",
        class: "queue-list",
        row: (report) => ({ element: this.#row(report), update: () => {} }),
        empty: () =>
          emptyState({ title: "Nothing was decided yet", text: "Decided reports stand here.", icon: "flag" }),
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
        h("span", { class: "chip" }, KINDS[type]),
        type !== "user" && personLink(subject?.user ?? null),
        h("span", { class: "chip is-outcome" }, resolution ? OUTCOMES[resolution] : ""),
        h(
          "span",
          { class: "soft small queued-when" },
          resolved_by && `by ${resolved_by.username}, `,
          formatAgo(resolved_at ?? "", Date.now()),
        ),
      ),
      h("blockquote", { class: "queued-words" }, subject?.words ?? "Gone for good."),
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
        decisionButton("Put it back", () =>
          void this.#takeBack(() => moderation.restore(/** @type {ContentKind} */ (type), id)),
        ),
      subject?.is_suspended && username &&
        decisionButton("Lift the suspension", () => void this.#takeBack(() => moderation.lift(username))),
    ];
  }

  /** @param {() => Promise<unknown>} send */
  async #takeBack(send) {
    try {
      await send();
      this.#app.toasts.note("Taken back.");
      void this.#link.open();
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }
}
