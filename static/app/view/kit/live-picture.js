// @ts-check
// What a live stream looks like: the newest of its snapshots, and all of them in turn while somebody
// points at it. Where there is none, what stands below it is seen.

/** @import { Rest } from "../../wire/rest.js" */

import { sentenceFor } from "../../wire/problem.js";
import { h } from "./dom.js";

const LOOK_EVERY_MS = 20_000;
const NEXT_AFTER_MS = 700;

export class LivePicture {
  #rest;
  #streamId;
  /** @type {string[]} */
  #addresses = [];
  #lookedAt = -Infinity;
  #shown = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #turning;
  /** Decorative: the card's words say what it is. */
  element = h("img", { class: "live-picture", alt: "", hidden: true, "data-testid": "live-picture" });

  /**
   * @param {Rest} rest
   * @param {string} streamId
   */
  constructor(rest, streamId) {
    this.#rest = rest;
    this.#streamId = streamId;
    this.element.onload = () => (this.element.hidden = false);
    this.element.onerror = () => (this.element.hidden = true);
  }

  /** Look whether there are newer ones. @param {number} now */
  async look(now) {
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    try {
      this.#addresses = (await this.#rest.snapshots(this.#streamId)).items;
    } catch (error) {
      // What was seen before is still a picture of it.
      console.debug(sentenceFor(error));
      return;
    }
    this.#show(this.#addresses.length - 1);
  }

  /** Turn the pages, unless somebody wants nothing to move. @param {HTMLElement} pointedAt */
  turnWhilePointedAt(pointedAt) {
    const start = () => this.#turn();
    const stop = () => this.destroy();
    pointedAt.addEventListener("pointerenter", start);
    pointedAt.addEventListener("focusin", start);
    pointedAt.addEventListener("pointerleave", stop);
    pointedAt.addEventListener("focusout", stop);
  }

  destroy() {
    clearInterval(this.#turning);
    this.#turning = undefined;
  }

  #turn() {
    if (this.#turning || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#turning = setInterval(() => this.#show(this.#shown + 1), NEXT_AFTER_MS);
  }

  /** @param {number} index */
  #show(index) {
    const count = this.#addresses.length;
    if (count === 0) {
      this.element.hidden = true;
      return;
    }
    this.#shown = index % count;
    const address = this.#addresses[this.#shown] ?? "";
    if (this.element.getAttribute("src") !== address) this.element.setAttribute("src", address);
  }
}
