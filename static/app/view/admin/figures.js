// @ts-check
// How much there is of everything on this site.

/** @import { App } from "../../app" */
/** @import { Figures } from "../../types-moderation" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/admin.js";
import { link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatCount, formatNumber } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";

const GROUPS = /** @type {const} */ ([
  {
    title: say("people"),
    figures: [
      ["accounts", say("accountsCounted")],
      ["new_accounts", say("newThisWeek")],
      ["active_today", say("hereInTheLastDay")],
      ["suspended_accounts", say("suspendedCounted")],
    ],
  },
  {
    title: say("onAir"),
    figures: [
      ["live_streams", say("liveNow")],
      ["viewers", say("watching")],
      ["streams", say("streamsSoFar")],
      ["messages_today", say("messagesInADay")],
    ],
  },
  {
    title: say("madeHere"),
    figures: [
      ["posts", say("postsCounted")],
      ["new_posts", say("newThisWeek")],
      ["comments", say("commentsCounted")],
      ["videos", say("videosCounted")],
    ],
  },
]);
const UNITS = ["B", "kB", "MB", "GB", "TB"];

export class FiguresView extends View {
  /** @param {App} app */
  constructor(app) {
    super(h("section", { "aria-label": say("figures"), "data-testid": "figures" }));
    /** @type {Loaded<Figures>} */
    const figures = new Loaded();
    const fetchIt = () => load(figures, () => app.rest.administration.figures());
    const shown = new LoadedView(figures, {
      class: "figures",
      missing: say("thereAreNoFigures"),
      again: () => void fetchIt(),
      ready: () => new View(sheet(/** @type {Figures} */ (figures.value))),
    });
    this.element.append(this.own(shown).element);
    void fetchIt();
  }
}

/** @param {Figures} figures */
function sheet(figures) {
  const waiting = [
    ["/moderation", figures.open_reports, say("reportsWait")],
    ["/moderation?part=appeals", figures.open_appeals, say("appealsWait")],
  ];
  return h(
    "div",
    { class: "figure-groups" },
    ...GROUPS.map(({ title, figures: lines }) =>
      group(title, lines.map(([name, label]) => figure(formatCount(figures[name]), label))),
    ),
    group(say("waiting"), [
      ...waiting.map(([href, count, label]) =>
        link(String(href), { class: "figure" }, number(formatCount(Number(count))), String(label)),
      ),
      figure(size(figures.stored_bytes), say("stored")),
    ]),
  );
}

/**
 * @param {string} title
 * @param {HTMLElement[]} figures
 */
function group(title, figures) {
  return h("section", { class: "figure-group" }, h("h2", {}, title), h("div", { class: "figure-row" }, ...figures));
}

/**
 * @param {string} value
 * @param {string} label
 */
function figure(value, label) {
  return h("p", { class: "figure" }, number(value), label);
}

/** @param {string} value */
function number(value) {
  return h("span", { class: "figure-number number" }, value);
}

/** @param {number} bytes */
function size(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${formatNumber(bytes / 1000 ** step, step ? 1 : 0)} ${UNITS[step]}`;
}
