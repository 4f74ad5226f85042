// @ts-check
// How the broadcast goes, in numbers, with a word of advice when one of them is bad.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { PublisherNumbers } from "../../wire/statistics.js" */

import { Steady } from "../../model/steady.js";
import { say } from "../../words/studio.js";
import { h, setText } from "../kit/dom.js";
import { formatBitrate, formatCount, formatNumber } from "../kit/format.js";
import { View } from "../kit/view.js";

const NAMES = /** @type {const} */ ([
  ["viewers", say("viewers")],
  ["bitrate", say("bitrate")],
  ["allowed", say("allowed")],
  ["frames", say("frames")],
  ["picture", say("picture")],
  ["codec", say("codec")],
  ["round-trip", say("roundTrip")],
  ["loss", say("loss")],
]);
const LOSS_IS_BAD_PERCENT = 3;
const ROUND_TRIP_IS_BAD_MS = 300;
/** Below this share of the wished bitrate the picture visibly suffers. */
const POOR_SHARE = 0.5;
/** Congestion control begins low and finds out what the line carries. */
const READINGS_BEFORE_ADVICE = 6;

export class NumbersView extends View {
  #publisher;
  #room;
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #advice = h("p", { class: "advice", role: "status", hidden: true });
  /** @type {Steady<string>} */
  #lasting = new Steady(READINGS_BEFORE_ADVICE);
  /** @type {PublisherNumbers | null} */
  #judged = null;

  /**
   * @param {Publisher} publisher
   * @param {Room} room
   */
  constructor(publisher, room) {
    super(h("section", { class: "numbers", "aria-label": say("numbers") }));
    this.#publisher = publisher;
    this.#room = room;
    const list = h("dl", { class: "numbers-list" });
    for (const [name, label] of NAMES) {
      const value = h("dd", { class: "number", "data-testid": `number-${name}` }, "–");
      this.#values[name] = value;
      list.append(h("div", {}, h("dt", {}, label), value));
    }
    this.element.append(list, this.#advice);
    this.watch([publisher, room], () => this.#render());
  }

  #render() {
    const { numbers } = this.#publisher;
    this.#set("viewers", formatCount(this.#room.viewers));
    this.#set("bitrate", numbers && formatBitrate(numbers.bitrateBps));
    this.#set("allowed", numbers?.availableBps ? formatBitrate(numbers.availableBps) : null);
    this.#set(
      "frames",
      numbers && say("perSecond", { number: Math.round(numbers.framesPerSecond) }),
    );
    this.#set("picture", numbers?.width ? `${numbers.width} × ${numbers.height}` : null);
    this.#set("codec", numbers?.codec ?? null);
    this.#set(
      "round-trip",
      numbers?.roundTripMs == null ? null : say("ms", { rtt: Math.round(numbers.roundTripMs) }),
    );
    this.#set(
      "loss",
      numbers?.lossPercent == null ? null : `${formatNumber(numbers.lossPercent, 1)} %`,
    );
    this.#judge(numbers);
  }

  /** @param {PublisherNumbers | null} numbers */
  #judge(numbers) {
    if (numbers === this.#judged) return;
    this.#judged = numbers;
    const found = numbers ? adviceFor(numbers, this.#publisher.quality.bitrateBps) : "";
    const [advice = ""] = this.#lasting.next(found ? [found] : []);
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
  if (limitedBy === "cpu") return say("thisComputerCannotEncodeSo");
  if ((lossPercent ?? 0) > LOSS_IS_BAD_PERCENT) return say("packetsAreBeingLostOn");
  if (limitedBy === "bandwidth" && availableBps !== null && availableBps < wishedBps * POOR_SHARE) {
    return say("theConnectionCarriesLessThan");
  }
  if ((roundTripMs ?? 0) > ROUND_TRIP_IS_BAD_MS) return say("theWayIsSlow");
  return "";
}
