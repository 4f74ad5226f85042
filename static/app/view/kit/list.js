// @ts-check
// A list that comes page by page: its rows, what stands there before and instead of them, and more
// of them as one scrolls or asks.

/** @import { Listing } from "../../model/listing.js" */

import { say } from "../../words/site.js";
import { button } from "./controls.js";
import { KeyedList, fill, h } from "./dom.js";
import { askAgainWhenOnline, failureState } from "./failure.js";
import { View } from "./view.js";

/** How long before its end a list is made longer. */
const AHEAD = "600px";

/**
 * @template T
 * @typedef {object} ListParts
 * @property {string} label
 * @property {string} class
 * @property {(item: T) => { element: HTMLElement, update: (item: T) => void, destroy?: () => void }} row
 * @property {() => HTMLElement} empty what stands there when there is nothing
 * @property {() => void} more
 * @property {() => void} again after the first page has failed
 * @property {() => HTMLElement} [placeholder] what stands there until the first page comes
 * @property {string} [testId]
 */

/** @template {{ id: string }} T */
export class ListView extends View {
  #parts;
  #listing;
  #rest = h("div", { class: "list-rest" });
  #more;
  #end;
  /** @type {HTMLElement | null} */
  #empty = null;

  /**
   * @param {Listing<T>} listing
   * @param {ListParts<T>} parts
   */
  constructor(listing, parts) {
    super(h("div", { class: "list" }));
    this.#parts = parts;
    this.#listing = listing;
    this.#more = button(say("showMore"), { class: "button plain", onclick: parts.more });
    const list = h("ul", {
      class: parts.class,
      "aria-label": parts.label,
      "data-testid": parts.testId,
    });
    const rows = new KeyedList(list, ({ id }) => id, parts.row);
    this.element.append(list, this.#rest);
    this.#end = new IntersectionObserver(([entry]) => entry?.isIntersecting && parts.more(), {
      rootMargin: AHEAD,
    });
    this.whenDestroyed(() => this.#end.disconnect());
    this.whenDestroyed(() => rows.set([]));
    askAgainWhenOnline(this, () => listing.state === "failed", parts.again);
    this.watch([listing], () => {
      rows.set(listing.items);
      list.hidden = listing.items.length === 0;
      this.element.setAttribute("aria-busy", String(listing.isFetching));
      this.#renderRest();
    });
  }

  #renderRest() {
    const { state, items, next, problem, why } = this.#listing;
    // Made anew each time: what is missing depends on which list it is.
    if (state !== "ready") this.#empty = null;
    if (state === "loading") return fill(this.#rest, loading(this.#parts.placeholder));
    if (state === "failed") return fill(this.#rest, failureState({ why, problem, again: this.#parts.again }));
    if (items.length === 0) {
      this.#empty ??= this.#parts.empty();
      return fill(this.#rest, this.#empty);
    }
    fill(
      this.#rest,
      problem && h("p", { class: "form-problem", role: "alert" }, problem),
      next && this.#more,
    );
    // Observed anew, it says again where it is: a short page may leave it in sight. After a failure
    // only the button asks again.
    this.#end.disconnect();
    if (next && !problem) this.#end.observe(this.#more);
  }

}

/**
 * What is to come, so that nothing jumps when it does.
 * @param {(() => HTMLElement)} [placeholder]
 */
function loading(placeholder) {
  const row = () =>
    h(
      "div",
      { class: "row-placeholder", "aria-hidden": "true" },
      h("span", { class: "bar bar-short" }),
      h("span", { class: "bar" }),
      h("span", { class: "bar bar-long" }),
    );
  const rows = placeholder ? [placeholder()] : [row(), row(), row()];
  return h("div", { role: "status", "aria-label": say("loading") }, ...rows);
}
