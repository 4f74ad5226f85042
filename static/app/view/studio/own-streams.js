// @ts-check
// Streams to go on with: live from another device, or announced for today.

/** @import { OwnStreams } from "../../model/own-streams.js" */
/** @import { Stream } from "../../types" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/studio.js";
import { button, link, liveChip } from "../kit/controls.js";
import { KeyedList, h, setText } from "../kit/dom.js";
import { formatWhen } from "../kit/format.js";
import { View } from "../kit/view.js";

/** @typedef {{ takeOver: (streamId: string) => Promise<void>, endOther: (stream: Stream) => void }} OwnStreamsActions */

export class OwnStreamsView extends View {
  /**
   * @param {OwnStreams} own
   * @param {OwnStreamsActions} actions
   */
  constructor(own, actions) {
    super(h("ul", { class: "own-streams", "aria-label": say("yourStreams") }));
    const rows = new KeyedList(
      this.element,
      (/** @type {Stream} */ stream) => stream.id,
      (stream) => ownStream(stream, actions),
    );
    this.watch([own], () => {
      rows.set([...(own.live ? [own.live] : []), ...own.announced]);
      this.element.hidden = this.element.childElementCount === 0;
    });
  }
}

/**
 * @param {Stream} stream
 * @param {OwnStreamsActions} actions
 */
function ownStream(stream, actions) {
  const { id, title, status, scheduled_at } = stream;
  const isLive = status === "live";
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const takeOver = async () => {
    problem.hidden = true;
    try {
      await actions.takeOver(id);
    } catch (error) {
      setText(problem, sentenceFor(error));
      problem.hidden = false;
    }
  };
  const element = h(
    "li",
    { class: "own-stream" },
    isLive
      ? liveChip()
      : h("span", { class: "soft" }, scheduled_at ? formatWhen(scheduled_at, Date.now()) : ""),
    link(`/streams/${id}`, { class: "own-stream-title" }, title),
    button(isLive ? say("endIt") : say("cancelIt"), {
      kind: "quiet",
      onclick: () => actions.endOther(stream),
    }),
    button(isLive ? say("continueHere") : say("goLiveNow"), {
      kind: isLive ? "primary" : "plain",
      onclick: takeOver,
    }),
    problem,
  );
  return { element, update: () => {} };
}
