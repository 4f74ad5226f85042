// @ts-check
// What moderators took from oneself.

/** @import { App } from "../../app" */
/** @import { Removal } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/moderation.js";
import { emptyState } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { removalCard } from "../moderation/removal.js";

/** @param {App} app */
export function openRemoved(app) {
  return new RemovedPage(app);
}

class RemovedPage extends View {
  title = say("removedByModerators");

  /** @param {App} app */
  constructor(app) {
    super(h("div", { class: "page page-reading queue" }));
    /** @type {Listing<Removal>} */
    const removals = new Listing();
    const link = new ListingLink(removals, (cursor) => app.rest.moderation.mine(cursor));
    const list = this.own(
      new ListView(removals, {
        label: say("removed"),
        class: "queue-list",
        row: (removal) => ({ element: removalCard(app, removal), update: () => {} }),
        empty: () =>
          emptyState({
            title: say("nothingOfYoursWasRemoved"),
            text: say("ifModeratorsEverTakeSomething"),
            icon: "accept",
          }),
        more: () => void link.more(),
        again: () => void link.open(),
      }),
    );
    this.element.append(
      h("header", { class: "page-head" }, h("h1", {}, say("removedByModerators"))),
      list.element,
    );
    void link.open();
  }
}
