// @ts-check
// How the broadcast goes, in numbers, with a word of advice when one of them is bad.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { PublisherNumbers } from "../../wire/statistics.js" */

import { h, setText } from "../kit/dom.js";
import { formatBitrate, formatCount } from "../kit/format.js";
import { View } from "../kit/view.js";

const LOSS_IS_BAD_PERCENT = 3;
const ROUND_TRIP_IS_BAD_MS = 300;
/** Below this share of the wished bitrate the picture visibly suffers. */
const POOR_SHARE = 0.5;

export class NumbersView extends View {
  #publisher;
  #room;
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #advice = h("p", { class: "advice", role: "status", hidden: true });

  /**
   * @param {Publisher} publisher
   * @param {Room} room
   */
  constructor(publisher, room) {
    super(h("section", { class: "numbers", "aria-label": "Numbers" }));
    this.#publisher = publisher;
    this.#room = room;
    const list = h("dl", { class: "numbers-list" });
    for (const name of [
      "Viewers",
      "Bitrate",
      "Allowed",
      "Frames",
      "Picture",
      "Codec",
      "Round trip",
      "Loss",
    ]) {
      const value = h(
        "dd",
        { class: "number", "data-testid": `number-${name.toLowerCase().replace(" ", "-")}` },
        "–",
      );
      this.#values[name] = value;
      list.append(h("div", {}, h("dt", {}, name), value));
    }
    this.element.append(list, this.#advice);
    this.watch([publisher, room], () => this.#render());
  }

  #render() {
    const { numbers } = this.#publisher;
    this.#set("Viewers", formatCount(this.#room.viewers));
    this.#set("Bitrate", numbers && formatBitrate(numbers.bitrateBps));
    this.#set("Allowed", numbers?.availableBps ? formatBitrate(numbers.availableBps) : null);
    this.#set("Frames", numbers && `${Math.round(numbers.framesPerSecond)} / s`);
    this.#set("Picture", numbers?.width ? `${numbers.width} × ${numbers.height}` : null);
    this.#set("Codec", numbers?.codec ?? null);
    this.#set(
      "Round trip",
      numbers?.roundTripMs == null ? null : `${Math.round(numbers.roundTripMs)} ms`,
    );
    this.#set("Loss", numbers?.lossPercent == null ? null : `${numbers.lossPercent.toFixed(1)} %`);
    const advice = numbers ? adviceFor(numbers, this.#publisher.quality.bitrateBps) : "";
    setText(this.#advice, advice);
    this.#advice.hidden = advice === "";
  }

  /**
   * @param {string} name
   * @param {string | null} text
   */
  #set(name, text) {
    const value = this.#values[name];
    if (value) setText(value, text ?? "–");
  }
}

/**
 * @param {PublisherNumbers} numbers
 * @param {number} wishedBps
 */
function adviceFor({ lossPercent, roundTripMs, availableBps, limitedBy }, wishedBps) {
  if (limitedBy === "cpu")
    return "This computer cannot encode so many pixels. Choose a smaller picture.";
  if ((lossPercent ?? 0) > LOSS_IS_BAD_PERCENT)
    return "Packets are being lost on the way. A cable helps more than wireless.";
  if (limitedBy === "bandwidth" && availableBps !== null && availableBps < wishedBps * POOR_SHARE) {
    return "The connection carries less than the chosen picture needs. Choose a smaller one.";
  }
  if ((roundTripMs ?? 0) > ROUND_TRIP_IS_BAD_MS)
    return "The way to the server is slow; viewers see you later than usual.";
  return "";
}
