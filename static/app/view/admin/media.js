// @ts-check
// What is on air at the node that answers: each stream's feeds, and how each of their players is doing.

/** @import { App } from "../../app" */
/** @import { NodeMedia, ViewerHealth, WatchedFeed, WatchedStream } from "../../types-media" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/node-media.js";
import { button, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatBitrate, formatNumber } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";

const COLUMNS = [
  say("size"),
  say("rate"),
  say("lost"),
  say("way"),
  say("askedAgain"),
  say("keyframes"),
  say("freezes"),
];

export class MediaView extends View {
  /** @param {App} app */
  constructor(app) {
    super(h("section", { "aria-label": say("onAirHere"), "data-testid": "node-media" }));
    /** @type {Loaded<NodeMedia>} */
    const media = new Loaded();
    const fetchIt = () => load(media, () => app.rest.administration.media());
    const shown = new LoadedView(media, {
      class: "node-media",
      missing: say("nothingIsOnAir"),
      again: () => void fetchIt(),
      ready: () => new View(list(/** @type {NodeMedia} */ (media.value))),
    });
    this.element.append(
      button(say("lookAgain"), { icon: "rotate", onclick: () => void fetchIt() }),
      this.own(shown).element,
    );
    void fetchIt();
  }
}

/** @param {NodeMedia} media */
function list({ items }) {
  if (items.length === 0) return h("p", { class: "soft" }, say("nothingIsOnAir"));
  return h("div", { class: "node-media-streams" }, ...items.map(stream));
}

/** @param {WatchedStream} stream */
function stream({ stream_id: id, feeds }) {
  return h(
    "section",
    { class: "node-media-stream" },
    h("h2", {}, link(`/streams/${id}`, {}, say("stream", { id }))),
    ...feeds.map(feedOf),
  );
}

/** @param {WatchedFeed} feed */
function feedOf({ kind, publishing, bitrate_bps: bitrate, loss, watching, viewers }) {
  const state = publishing
    ? say("arrives", { rate: formatBitrate(bitrate), share: share(loss) })
    : say("doesNotArrive");
  return h(
    "details",
    { class: "node-media-feed", open: true },
    h("summary", {}, `${say("feed", { kind })}: ${state}. `, say("players", { count: viewers })),
    watching.length > 0 ? table(watching) : null,
  );
}

/** @param {ViewerHealth[]} viewers */
function table(viewers) {
  const head = h("tr", {}, ...COLUMNS.map((name) => h("th", { scope: "col" }, name)));
  return h(
    "div",
    { class: "node-media-table", tabindex: "0", role: "region", "aria-label": say("playersOfIt") },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...viewers.map(row))),
  );
}

/** @param {ViewerHealth} viewer */
function row(viewer) {
  const cells = [
    viewer.encoding ?? "–",
    formatBitrate(viewer.bitrate_bps),
    share(viewer.loss),
    viewer.rtt_ms === null ? "–" : say("ms", { ms: viewer.rtt_ms }),
    formatNumber(viewer.packets_asked_again),
    formatNumber(viewer.keyframes_asked),
    say("frozen", { times: viewer.freezes, seconds: formatNumber(viewer.frozen_ms / 1000, 1) }),
  ];
  return h(
    "tr",
    { "data-testid": "node-viewer" },
    ...cells.map((text) => h("td", { class: "number" }, text)),
  );
}

/** @param {number} part from 0 to 1 */
function share(part) {
  return `${formatNumber(part * 100, 1)} %`;
}
