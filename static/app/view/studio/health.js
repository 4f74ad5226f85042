// @ts-check
// How the stream arrives at the server and how it leaves it, whatever program sends it.

/** @import { Loaded } from "../../model/loaded.js" */
/** @import { StreamHealth } from "../../types" */

import { fill, h } from "../kit/dom.js";
import { countOf, formatBitrate } from "../kit/format.js";
import { View } from "../kit/view.js";

/** @type {Record<string, string>} */
const ADVICE = {
  "publisher-loses": "Packets are lost on the way to the server. A cable helps more than wireless.",
  "no-picture": "There is no picture in the stream. Choose a camera or a screen.",
  "few-frames": "The picture stutters at its source. Close what keeps this computer busy.",
  "thin-picture": "There are very few bits in the picture. Allow a higher bitrate.",
  "viewers-lose":
    "Many viewers' lines do not carry the picture. A lower bitrate, or several sizes, would help.",
  "slow-way": "The way to the server is long; viewers see you later than usual.",
  "old-keyframe":
    "Keyframes are far apart, so joining takes long. Set the keyframe interval to 2 seconds.",
  "no-sound": "There is no sound in the stream. Choose a microphone if people should hear you.",
};

export class HealthView extends View {
  #health;
  #numbers = h("dl", { class: "numbers-list", "data-testid": "health-numbers" });
  #encodings = h("ul", { class: "health-encodings small" });
  #advice = h("ul", { class: "health-advice", "data-testid": "health-advice" });

  /** @param {Loaded<StreamHealth>} health */
  constructor(health) {
    super(h("section", { class: "health", "aria-label": "At the server", hidden: true }));
    this.#health = health;
    this.element.append(
      h("h2", { class: "small soft" }, "At the server"),
      this.#numbers,
      this.#encodings,
      h("div", { role: "status" }, this.#advice),
    );
    this.watch([health], () => this.#render());
  }

  #render() {
    const { state, value } = this.#health;
    this.element.hidden = state !== "ready" || value === null;
    if (!value || state !== "ready") return;
    fill(
      this.#numbers,
      number("Arriving", formatBitrate(value.bitrate_bps)),
      number("Frames", `${Math.round(value.frames_per_second)} / s`),
      number("Lost", `${(value.loss * 100).toFixed(1)} %`),
      number("Codecs", [value.video_codec, value.audio_codec].filter(Boolean).join(", ") || "–"),
      number("Players", String(value.viewers)),
      number("In trouble", String(value.viewers_troubled)),
      number("Their way", value.viewers_rtt_ms === null ? "–" : `${value.viewers_rtt_ms} ms`),
    );
    fill(this.#encodings, ...(value.encodings.length > 1 ? value.encodings.map(encoding) : []));
    // The same advice again is not said again: a live region speaks what is new in it.
    const lines = value.advice.map((code) => ADVICE[code] ?? code);
    const shown = [...this.#advice.children].map((line) => line.textContent);
    if (lines.join("\n") !== shown.join("\n"))
      fill(this.#advice, ...lines.map((line) => h("li", { class: "advice" }, line)));
  }
}

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
