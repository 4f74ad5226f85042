// @ts-check
// What a stream came to, in numbers: at its end in the studio, and on a page of its own later.

/** @import { Loaded } from "../../model/loaded.js" */
/** @import { StreamSummary } from "../../types-summary" */

import { say } from "../../words/summary.js";
import { h } from "../kit/dom.js";
import { formatCount, formatNumber, formatSince } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";

const MINUTE_MS = 60_000;

/**
 * @param {Loaded<StreamSummary>} loaded
 * @param {() => void} again
 */
export function summaryView(loaded, again) {
  return new LoadedView(loaded, {
    class: "summary-place",
    missing: say("missing"),
    again,
    ready: () => new Numbers(loaded),
  });
}

class Numbers extends View {
  /** @param {Loaded<StreamSummary>} loaded */
  constructor(loaded) {
    super(h("dl", { class: "summary", "data-testid": "summary-numbers" }));
    this.watch([loaded], () => {
      if (loaded.value) this.element.replaceChildren(...rows(loaded.value));
    });
  }
}

/** @param {StreamSummary} summary */
function rows(summary) {
  const average = summary.average_viewers;
  const none = "";
  return [
    row("duration", say("onAir"), durationOf(summary.duration_ms), none),
    row("peak", say("peak"), formatCount(summary.peak_viewers), say("viewers")),
    row(
      "average",
      say("average"),
      average === null ? "–" : formatNumber(average, Number.isInteger(average) ? 0 : 1),
      average === null ? say("notCounted") : say("viewers"),
    ),
    row("followers", say("newFollowers"), formatCount(summary.new_followers), none),
    row(
      "messages",
      say("messages"),
      formatCount(summary.messages),
      say("chatters", { count: summary.chatters }),
    ),
    row("polls", say("polls"), formatCount(summary.polls), say("votes", { count: summary.votes })),
    row(
      "questions",
      say("questions"),
      formatCount(summary.questions),
      say("answered", { count: summary.answered }),
    ),
    row(
      "suggestions",
      say("suggestions"),
      formatCount(summary.suggestions),
      say("accepted", { count: summary.accepted }),
    ),
    h(
      "div",
      { class: "summary-health", "data-testid": "summary-health" },
      h("dt", {}, say("health")),
      h("dd", {}, healthOf(summary)),
    ),
  ];
}

/**
 * @param {string} name
 * @param {string} label
 * @param {string} value
 * @param {string} more
 */
function row(name, label, value, more) {
  return h(
    "div",
    { "data-testid": `summary-${name}` },
    h("dt", {}, label),
    h("dd", { class: "number" }, value),
    more && h("dd", { class: "soft small" }, more),
  );
}

/** @param {number | null} ms */
function durationOf(ms) {
  if (ms === null) return say("neverBegan");
  if (ms < MINUTE_MS) return say("lessThanAMinute");
  return formatSince(new Date(0).toISOString(), ms);
}

/** @param {StreamSummary} summary */
function healthOf({ interruptions, interrupted_ms }) {
  if (interruptions === 0) return say("steady");
  return say("interruptions", {
    count: interruptions,
    seconds: formatNumber(Math.max(1, interrupted_ms / 1000)),
  });
}
