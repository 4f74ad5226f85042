// @ts-check
// Everything that moderators and admins did, the latest first; all of it, or what was done to one.

/** @import { App } from "../../app" */
/** @import { LogEntry } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/moderation.js";
import { button, emptyState, Field, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatFull } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { actionOf, detailOf } from "./log-words.js";

export class LogView extends View {
  /** @param {App} app */
  constructor({ rest }) {
    super(h("section", { class: "queue", "aria-label": say("log"), "data-testid": "log" }));
    /** @type {Listing<LogEntry>} */
    const entries = new Listing();
    const link = new ListingLink(entries, (cursor) => rest.moderation.log({ cursor }));
    const about = new Field(
      say("doneTo"),
      h("input", { name: "user", placeholder: say("userNamePlaceholder"), autocapitalize: "none", spellcheck: "false" }),
    );
    const form = h(
      "form",
      {
        class: "log-filter",
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          const user = about.value.trim() || null;
          void link.open((cursor) => rest.moderation.log({ user, cursor }));
        },
      },
      about.element,
      button(say("show"), { type: "submit", "data-testid": "log-show" }),
    );
    const list = this.own(
      new ListView(entries, {
        label: say("whatWasDone"),
        class: "log-list",
        row: (entry) => ({ element: row(entry), update: () => {} }),
        empty: () =>
          emptyState({ title: say("nothingYet"), text: say("whatModeratorsDoIsWritten"), icon: "posts" }),
        more: () => void link.more(),
        again: () => void link.open(),
      }),
    );
    this.element.append(form, list.element);
    void link.open();
  }
}

/** @param {LogEntry} entry */
function row(entry) {
  const { actor, target, created_at } = entry;
  const detail = detailOf(entry);
  return h(
    "li",
    { class: "log-entry", "data-testid": "log-entry" },
    h("time", { class: "soft small number", datetime: created_at }, formatFull(created_at)),
    h(
      "p",
      {},
      actor ? personLink(actor) : h("span", { class: "person" }, say("theOperator")),
      ` ${actionOf(entry)} `,
      target && personLink(target),
    ),
    detail && h("p", { class: "soft small log-detail" }, detail),
  );
}
