// @ts-check
// The page of what a stream came to, for whoever streamed it.

/** @import { App } from "../../app" */
/** @import { StreamSummary } from "../../types-summary" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/summary.js";
import { link } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { summaryView } from "../studio/summary.js";

/**
 * @param {App} app
 * @param {string} streamId
 */
export function openSummary(app, streamId) {
  return new SummaryPage(app, streamId);
}

class SummaryPage extends View {
  title = say("summary");

  /**
   * @param {App} app
   * @param {string} streamId
   */
  constructor({ rest, session }, streamId) {
    super(h("div", { class: "page page-narrow ended", "data-testid": "stream-summary" }));
    /** @type {Loaded<StreamSummary>} */
    const summary = new Loaded();
    const fetchIt = () => void load(summary, () => rest.streamSummary(streamId));
    const title = h("p", { class: "soft" });
    this.watch([summary], () => setText(title, summary.value?.title ?? ""));
    this.element.append(
      h("h1", {}, say("open")),
      title,
      this.own(summaryView(summary, fetchIt)).element,
      h(
        "div",
        { class: "row" },
        link(`/streams/${streamId}`, { class: "button plain" }, say("seeRoom")),
        link(`/users/${session.user?.username ?? ""}?part=streams`, { class: "button quiet" }, say("yourStreams")),
      ),
    );
    fetchIt();
  }
}
