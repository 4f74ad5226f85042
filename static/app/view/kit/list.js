// @ts-check
// A list that comes page by page: its rows, what stands there before and instead of them, and more
// of them as one scrolls or asks.

/** @import { Undo } from "../../link/undo.js" */
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
 * @property {{ undo: Undo, kind: string }} [without] what was deleted in this moment is not shown
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
    this.watch(parts.without ? [listing, parts.without.undo] : [listing], () => {
      const items = shown(listing.items, parts.without);
      rows.set(items);
      list.hidden = items.length === 0;
      this.element.setAttribute("aria-busy", String(listing.isFetching));
      this.#renderRest(items.length === 0);
    });
  }

  /** @param {boolean} isEmpty */
  #renderRest(isEmpty) {
    const { state, next, problem, why } = this.#listing;
    // Made anew each time: what is missing depends on which list it is.
    if (state !== "ready") this.#empty = null;
    if (state === "loading") return fill(this.#rest, loading(this.#parts.placeholder));
    if (state === "failed") return fill(this.#rest, failureState({ why, problem, again: this.#parts.again }));
    if (isEmpty) {
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
 * @template {{ id: string }} T
 * @param {T[]} items
 * @param {{ undo: Undo, kind: string } | undefined} without
 */
function shown(items, without) {
  return without ? items.filter(({ id }) => !without.undo.hides(`${without.kind}/${id}`)) : items;
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
