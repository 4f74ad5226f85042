// @ts-check
// After the stream: what it was, and the ways on.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { StreamSummary } from "../../types-summary" */
/** @import { Rest } from "../../wire/rest.js" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/summary.js";
import { button, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { summaryView } from "./summary.js";

export class EndedView extends View {
  /**
   * @param {Rest} rest
   * @param {{ room: Room, publisher: Publisher }} models
   * @param {{ again: () => void }} actions
   */
  constructor(rest, { room, publisher }, { again }) {
    super(h("div", { class: "page page-narrow ended", "data-testid": "stream-summary" }));
    const stream = publisher.ended ?? room.stream;
    /** @type {Loaded<StreamSummary>} */
    const summary = new Loaded();
    const fetchIt = () => void load(summary, () => rest.streamSummary(room.streamId));
    this.element.append(
      h("h1", {}, say("ended")),
      h("p", { class: "soft" }, stream?.title ?? ""),
      this.own(summaryView(summary, fetchIt)).element,
      h(
        "div",
        { class: "row" },
        button(say("liveAgain"), { kind: "live", onclick: again }),
        link(`/streams/${room.streamId}`, { class: "button plain" }, say("seeRoom")),
      ),
    );
    fetchIt();
  }
}
