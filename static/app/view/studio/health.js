// @ts-check
// How the stream arrives at the server and how it leaves it, whatever program sends it.

/** @import { Loaded } from "../../model/loaded.js" */
/** @import { StreamHealth } from "../../types" */

import { Steady } from "../../model/steady.js";
import { say } from "../../words/studio.js";
import { fill, h } from "../kit/dom.js";
import { countOf, formatBitrate, formatNumber } from "../kit/format.js";
import { View } from "../kit/view.js";

/** @type {Record<string, string>} */
const ADVICE = {
  "publisher-loses": say("packetsAreLostOnThe"),
  "no-picture": say("thereIsNoPictureIn"),
  "few-frames": say("thePictureStuttersAtIts"),
  "thin-picture": say("thereAreVeryFewBits"),
  "viewers-lose": say("manyViewersLinesDoNot"),
  "slow-way": say("theWayIsLong"),
  "old-keyframe": say("keyframesAreFarApartSo"),
  "no-sound": say("thereIsNoSoundIn"),
};

/** Six seconds: rates are counted over the last ones, and nothing is at its rate when it begins. */
const ANSWERS_BEFORE_ADVICE = 3;

export class HealthView extends View {
  #health;
  /** @type {Steady<string>} */
  #lasting = new Steady(ANSWERS_BEFORE_ADVICE);
  /** @type {StreamHealth | null} */
  #shown = null;
  #numbers = h("dl", { class: "numbers-list", "data-testid": "health-numbers" });
  #encodings = h("ul", { class: "health-encodings small" });
  #advice = h("ul", { class: "health-advice", "data-testid": "health-advice" });

  /** @param {Loaded<StreamHealth>} health */
  constructor(health) {
    super(h("section", { class: "health", "aria-label": say("atTheServer"), hidden: true }));
    this.#health = health;
    this.element.append(
      h("h2", { class: "small soft" }, say("atTheServer")),
      this.#numbers,
      this.#encodings,
      h("div", { role: "status" }, this.#advice),
    );
    this.watch([health], () => this.#render());
  }

  #render() {
    const { state, value } = this.#health;
    this.element.hidden = state !== "ready" || value === null;
    if (!value || state !== "ready") return this.#lasting.forget();
    if (value === this.#shown) return;
    this.#shown = value;
    fill(
      this.#numbers,
      number(say("arriving"), formatBitrate(value.bitrate_bps)),
      number(say("frames"), say("perSecond", { number: Math.round(value.frames_per_second) })),
      number(say("lost"), `${formatNumber(value.loss * 100, 1)} %`),
      number(
        say("codecs"),
        [value.video_codec, value.audio_codec].filter(Boolean).join(", ") || "–",
      ),
      number(say("players"), String(value.viewers)),
      number(say("inTrouble"), String(value.viewers_troubled)),
      number(
        say("theirWay"),
        value.viewers_rtt_ms === null ? "–" : say("ms", { rtt: value.viewers_rtt_ms }),
      ),
    );
    const encodings = value.encodings.filter(isKnown);
    fill(this.#encodings, ...(encodings.length > 1 ? encodings.map(encoding) : []));
    // The same advice again is not said again: a live region speaks what is new in it.
    const lines = this.#lasting.next(value.advice).map((code) => ADVICE[code] ?? code);
    const shown = [...this.#advice.children].map((line) => line.textContent);
    if (lines.join("\n") !== shown.join("\n"))
      fill(this.#advice, ...lines.map((line) => h("li", { class: "advice" }, line)));
  }
}

/** A name alone says nothing: before its first picture an encoding is not spoken of. */
const isKnown = (/** @type {StreamHealth["encodings"][number]} */ { width, bitrate_bps }) =>
  width !== null || bitrate_bps > 0;

/**
 * @param {string} name
 * @param {string} value
 */
function number(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", { class: "number" }, value));
}

/** @param {StreamHealth["encodings"][number]} encoding */
function encoding({ name, width, height, bitrate_bps: bitrate, viewers }) {
  const size = width && height ? `${width} × ${height}` : name;
  return h("li", {}, `${size}, ${formatBitrate(bitrate)}: ${countOf(viewers, "player")}`);
}
