// @ts-check
// After the stream: what it was, and the ways on.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */

import { say } from "../../words/studio.js";
import { button, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatCount, formatSince } from "../kit/format.js";
import { View } from "../kit/view.js";

const MINUTE_MS = 60_000;

export class EndedView extends View {
  /**
   * @param {{ room: Room, publisher: Publisher }} models
   * @param {{ again: () => void }} actions
   */
  constructor({ room, publisher }, { again }) {
    super(h("div", { class: "page page-narrow ended", "data-testid": "stream-summary" }));
    const stream = publisher.ended ?? room.stream;
    const lastedMs =
      stream?.started_at && stream.ended_at
        ? Date.parse(stream.ended_at) - Date.parse(stream.started_at)
        : null;
    const lasted =
      lastedMs === null
        ? "–"
        : lastedMs < MINUTE_MS
          ? say("lessThanAMinute")
          : formatSince(stream?.started_at ?? "", Date.parse(stream?.ended_at ?? ""));
    const rows = [
      [say("onAirFor"), lasted],
      [say("mostViewersAtOnce"), formatCount(stream?.peak_viewers ?? 0)],
      [say("chatMessages"), formatCount(room.chat.lastSeq)],
    ];
    this.element.append(
      h("h1", {}, say("yourStreamHasEnded")),
      h("p", { class: "soft" }, stream?.title ?? ""),
      h(
        "dl",
        { class: "summary" },
        ...rows.map(([name, value]) =>
          h("div", {}, h("dt", {}, name), h("dd", { class: "number" }, value)),
        ),
      ),
      h(
        "div",
        { class: "row" },
        button(say("goLiveAgain"), { kind: "live", onclick: again }),
        link(`/streams/${room.streamId}`, { class: "button plain" }, say("seeTheRoom")),
      ),
    );
  }
}
