// @ts-check
// One of somebody's streams: live, announced or over.

/** @import { Stream } from "../../types" */

import { say } from "../../words/profile.js";
import { link, liveChip } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { countOf, formatAgo, formatWhen } from "../kit/format.js";

/** @param {Stream} stream */
export function streamRow({ id, title, status, scheduled_at, started_at, ended_at, peak_viewers }) {
  const now = Date.now();
  const when = {
    live: () => liveChip(),
    scheduled: () => h("span", { class: "announcement-when" }, formatWhen(scheduled_at ?? "", now)),
    ended: () => h("span", { class: "soft" }, formatAgo(ended_at ?? started_at ?? "", now)),
  }[status]();
  const element = h(
    "li",
    {},
    link(
      `/streams/${id}`,
      { class: "announcement" },
      when,
      h("span", { class: "announcement-title" }, title),
      h(
        "span",
        { class: "soft small" },
        status === "ended" && peak_viewers > 0 && say("atMost", { viewers: countOf(peak_viewers, "viewer") }),
      ),
    ),
  );
  return { element, update: () => {} };
}
