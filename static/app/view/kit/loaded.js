// @ts-check
// A page about one thing: what stands there until it is here, and when it is not to be had.

/** @import { Loaded } from "../../model/loaded.js" */

import { say } from "../../words/site.js";
import { emptyState, link, spinner } from "./controls.js";
import { fill, h } from "./dom.js";
import { askAgainWhenOnline, failureState } from "./failure.js";
import { View } from "./view.js";

/**
 * @template T
 * @typedef {object} LoadedParts
 * @property {string} class
 * @property {string} missing the sentence for what is not there
 * @property {() => Promise<HTMLElement | null>} [explain] what is known of it nevertheless
 * @property {() => void} again
 * @property {() => View} ready made once, when the thing is here
 */

/** @template T */
export class LoadedView extends View {
  #shown = "";

  /**
   * @param {Loaded<T>} loaded
   * @param {LoadedParts<T>} parts
   */
  constructor(loaded, parts) {
    super(h("div", { class: parts.class }));
    askAgainWhenOnline(this, () => loaded.state === "failed", parts.again);
    this.watch([loaded], () => {
      if (loaded.state === this.#shown) return;
      this.#shown = loaded.state;
      if (loaded.state === "loading") return fill(this.element, spinner(say("loading")));
      if (loaded.state === "missing") return void this.#renderMissing(parts);
      if (loaded.state === "failed")
        return fill(this.element, failureState({ ...loaded, again: parts.again }));
      fill(this.element, this.own(parts.ready()).element);
    });
  }

  /** @param {LoadedParts<T>} parts */
  async #renderMissing({ missing: text, explain }) {
    const explained = await explain?.();
    if (this.#shown === "missing") fill(this.element, explained ?? missing(text));
  }
}

/** @param {string} text */
function missing(text) {
  return emptyState({
    title: say("thereIsNothingHere"),
    text,
    icon: "link",
    action: link("/posts", { class: "button plain" }, say("readTheNewestPosts")),
  });
}
