// @ts-check
// The time of a document as a strip: how much was typed when, and by whom. A slider lies on it.

/** @import { History } from "../../model/history.js" */
/** @import { Step, Timeline } from "../../types-history" */

import { hueOf } from "../../model/hue.js";
import { say } from "../../words/code.js";
import { fill, h, setAttributes } from "../kit/dom.js";
import { formatFull } from "../kit/format.js";
import { View } from "../kit/view.js";

const TEXT = { slider: say("moment"), beginning: say("theEmptyBeginning") };

export class TimelineView extends View {
  #history;
  #bars = h("div", { class: "timeline-bars", "aria-hidden": "true" });
  #slider = h("input", {
    type: "range",
    min: "0",
    class: "timeline-slider",
    "aria-label": TEXT.slider,
    "data-testid": "history-slider",
  });
  /** @type {Timeline | null} */
  #drawn = null;

  /**
   * @param {History} history
   * @param {(index: number) => void} look
   */
  constructor(history, look) {
    super(h("div", { class: "timeline" }));
    this.#history = history;
    this.element.append(this.#bars, this.#slider);
    this.#slider.addEventListener("input", () => look(Number(this.#slider.value)));
    this.watch([history], () => this.#render());
  }

  #render() {
    const { timeline, index, lastIndex } = this.#history;
    if (!timeline) return;
    if (timeline !== this.#drawn) {
      this.#drawn = timeline;
      fill(this.#bars, ...barsOf(timeline));
    }
    const step = timeline.steps[index - 1];
    setAttributes(this.#slider, {
      max: lastIndex,
      "aria-valuetext": step ? formatFull(step.until) : TEXT.beginning,
    });
    if (this.#slider.value !== String(index)) this.#slider.value = String(index);
    for (const [at, bar] of [...this.#bars.children].entries()) {
      bar.classList.toggle("is-past", at < index);
    }
  }
}

/** @param {Timeline} timeline */
function barsOf({ steps, users }) {
  const names = new Map(users.map((each) => [each.id, each.username]));
  const most = Math.max(1, ...steps.map((each) => each.updates));
  return steps.map((step) => {
    const share = Math.sqrt(step.updates / most);
    return h("span", { style: `--share: ${share.toFixed(3)}; --hue: ${hueOfStep(step, names)}` });
  });
}

/**
 * @param {Step} step
 * @param {Map<string, string>} names
 */
function hueOfStep({ user_ids: [first] }, names) {
  return hueOf(names.get(first ?? "") ?? "");
}
