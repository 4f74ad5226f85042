// @ts-check
// The moderators' page: what waits, what is objected, what was decided, and everything that was done.

/** @import { App } from "../../app" */

import { say } from "../../words/moderation.js";
import { emptyState, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { AppealsView } from "../moderation/appeals.js";
import { DecidedView } from "../moderation/decided.js";
import { LogView } from "../moderation/log.js";
import { QueueView } from "../moderation/queue.js";

const PARTS = /** @type {const} */ ({
  reports: { label: say("reports"), view: QueueView },
  appeals: { label: say("appeals"), view: AppealsView },
  decided: { label: say("decided"), view: DecidedView },
  log: { label: say("log"), view: LogView },
});

/**
 * @param {App} app
 * @param {string} search the address's query
 */
export function openModeration(app, search) {
  if (!app.session.isModerator) return notFor("moderators");
  const wanted = new URLSearchParams(search).get("part") ?? "reports";
  const part = wanted in PARTS ? /** @type {keyof typeof PARTS} */ (wanted) : "reports";
  return new PartsPage(app, { title: say("moderation"), path: "/moderation", parts: PARTS, part });
}

/** One page of several parts, one of which the address names. */
export class PartsPage extends View {
  title;

  /**
   * @param {App} app
   * @param {{ title: string, path: string, part: string, parts: Record<string, { label: string, view: new (app: App) => View }> }} about
   */
  constructor(app, { title, path, part, parts }) {
    super(h("div", { class: "page moderation-page" }));
    this.title = title;
    const tabs = Object.entries(parts).map(([name, { label }]) =>
      link(
        `${path}?part=${name}`,
        { class: "segment", "aria-current": name === part ? "page" : null },
        label,
      ),
    );
    this.element.append(
      h("header", { class: "page-head" }, h("h1", {}, title)),
      h("nav", { class: "segments", "aria-label": title }, ...tabs),
    );
    const Shown = parts[part]?.view;
    if (Shown) this.element.append(this.own(new Shown(app)).element);
  }
}

/** @param {"moderators" | "admins"} whom */
export function notFor(whom) {
  const view = new View(
    h(
      "div",
      { class: "page" },
      h("h1", { class: "visually-hidden" }, say("notForYou")),
      emptyState({
        title: say("thisPageIsFor", { kind: whom }),
        text: say("ifYouShouldBeOne"),
        icon: "alert",
        action: link("/", { class: "button plain" }, say("home")),
      }),
    ),
  );
  return Object.assign(view, { title: say("notForYou") });
}
