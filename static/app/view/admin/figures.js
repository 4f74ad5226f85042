// @ts-check
// How much there is of everything on this site.

/** @import { App } from "../../app" */
/** @import { Figures } from "../../types-moderation" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatCount } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";

const GROUPS = /** @type {const} */ ([
  {
    title: "People",
    figures: [
      ["accounts", "accounts"],
      ["new_accounts", "new this week"],
      ["active_today", "here in the last day"],
      ["suspended_accounts", "suspended"],
    ],
  },
  {
    title: "On air",
    figures: [
      ["live_streams", "live now"],
      ["viewers", "watching"],
      ["streams", "streams so far"],
      ["messages_today", "messages in a day"],
    ],
  },
  {
    title: "Made here",
    figures: [
      ["posts", "posts"],
      ["new_posts", "new this week"],
      ["comments", "comments"],
      ["videos", "videos"],
    ],
  },
]);
const UNITS = ["B", "kB", "MB", "GB", "TB"];

export class FiguresView extends View {
  /** @param {App} app */
  constructor(app) {
    super(h("section", { "aria-label": "Figures", "data-testid": "figures" }));
    /** @type {Loaded<Figures>} */
    const figures = new Loaded();
    const fetchIt = () => load(figures, () => app.rest.administration.figures());
    const shown = new LoadedView(figures, {
      class: "figures",
      missing: "There are no figures.",
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
    ["/moderation", figures.open_reports, "reports wait"],
    ["/moderation?part=appeals", figures.open_appeals, "appeals wait"],
  ];
  return h(
    "div",
    { class: "figure-groups" },
    ...GROUPS.map(({ title, figures: lines }) =>
      group(title, lines.map(([name, label]) => figure(formatCount(figures[name]), label))),
    ),
    group("Waiting", [
      ...waiting.map(([href, count, label]) =>
        link(String(href), { class: "figure" }, number(formatCount(Number(count))), String(label)),
      ),
      figure(size(figures.stored_bytes), "stored"),
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
  return `${(bytes / 1000 ** step).toFixed(step ? 1 : 0)} ${UNITS[step]}`;
}
