// @ts-check
// What one person sees of a stage: its pictures, which of them is large, and how they are laid out.

/** @import { Feed } from "../types-stage" */
/** @import { Player } from "./player.js" */
/** @import { Publisher } from "./publisher.js" */

import { Observable } from "./observable.js";

/** @typedef {"focus" | "grid" | "corner"} Layout one large and a strip; all alike; small ones over a large one */

/** @type {readonly Layout[]} */
export const LAYOUTS = ["focus", "grid", "corner"];

/**
 * @typedef {object} Picture
 * @property {Feed} feed
 * @property {boolean} isMain the room's player shows it
 * @property {boolean} isOwn never heard by whoever says it
 * @property {Player | null} player of all but the main one and what this page itself sends
 * @property {Publisher | null} publisher what this page itself sends is shown from here
 */

/** @typedef {{ column: number, row: number }} Cell */
/** @typedef {{ isLarge: boolean, wide: Cell, narrow: Cell }} Place */
/** @typedef {{ columns: number, rows: number }} Size */
/** @typedef {{ wide: Size, narrow: Size, places: Place[] }} Arrangement */

/** A strip with fewer places would show its pictures larger than it is good for the large one. */
const STRIP_PLACES = 3;
const LONGEST_STRIP = 5;
/** Small pictures over a large one take a quarter of its side. */
const CORNER_PLACES = 4;

export class Pictures extends Observable {
  /** @type {Layout} */
  layout = "focus";
  /** @type {Picture[]} */
  items = [];
  /** The feed the person made large; null leaves it to what began last. @type {string | null} */
  chosenId = null;
  #begunAt = (/** @type {string} */ _feedId) => 0;

  /** With one picture there is nothing to lay out. */
  get areSeveral() {
    return this.items.length > 1;
  }

  /** @returns {Picture | null} */
  get large() {
    const { items } = this;
    const chosen = items.find(({ feed }) => feed.id === this.chosenId);
    const screens = items.filter(({ feed }) => feed.kind === "screen" && feed.publishing);
    const newest = screens.toSorted(
      (a, b) => this.#begunAt(b.feed.id) - this.#begunAt(a.feed.id),
    )[0];
    return chosen ?? newest ?? items.find(({ isMain }) => isMain) ?? items[0] ?? null;
  }

  /** @returns {Arrangement} */
  get arrangement() {
    const at = this.large ? this.items.indexOf(this.large) : 0;
    return arrange(this.layout, this.items.length, at);
  }

  /**
   * @param {Picture[]} items
   * @param {(feedId: string) => number} begunAt
   */
  show(items, begunAt) {
    const isSame = items.length === this.items.length && items.every((each, at) => isAlike(each, this.items[at]));
    this.items = items;
    this.#begunAt = begunAt;
    if (!isSame) this.changed();
  }

  /** @param {Layout} layout */
  setLayout(layout) {
    this.layout = layout;
    this.changed();
  }

  /** @param {string} feedId */
  makeLarge(feedId) {
    this.chosenId = feedId;
    if (this.layout === "grid") this.layout = "focus";
    this.changed();
  }
}

/**
 * Where each of `count` pictures stands in a grid: in a wide player, and in a narrow one.
 * @param {Layout} layout
 * @param {number} count
 * @param {number} large which of them is large
 * @returns {Arrangement}
 */
export function arrange(layout, count, large) {
  if (layout === "grid") return alike(count);
  const others = count - 1;
  const lines = Math.max(1, Math.ceil(others / (layout === "focus" ? LONGEST_STRIP : CORNER_PLACES)));
  const length =
    layout === "focus" ? Math.max(STRIP_PLACES, Math.ceil(others / lines)) : CORNER_PLACES;
  const places = Array.from({ length: count }, (_, at) => {
    const slot = at < large ? at : at - 1;
    const [line, step] = [Math.floor(slot / length), (slot % length) + 1];
    if (layout === "focus") {
      // Beside the large picture where there is width, below it where there is none.
      const [column, row] = [line + 2, step];
      return {
        isLarge: at === large,
        wide: { column, row },
        narrow: { column: row, row: column },
      };
    }
    const cell = { column: CORNER_PLACES - line, row: step };
    return { isLarge: at === large, wide: cell, narrow: cell };
  });
  if (layout === "corner") {
    const size = { columns: CORNER_PLACES, rows: CORNER_PLACES };
    return { wide: size, narrow: size, places };
  }
  return {
    wide: { columns: lines, rows: length },
    narrow: { columns: length, rows: lines },
    places,
  };
}

/** @param {number} count @returns {Arrangement} */
function alike(count) {
  const columns = Math.ceil(Math.sqrt(count));
  const narrowColumns = count <= 2 ? 1 : 2;
  const cell = (/** @type {number} */ at, /** @type {number} */ width) => ({
    column: (at % width) + 1,
    row: Math.floor(at / width) + 1,
  });
  return {
    wide: { columns, rows: Math.ceil(count / columns) },
    narrow: { columns: narrowColumns, rows: Math.ceil(count / narrowColumns) },
    places: Array.from({ length: count }, (_, at) => ({
      isLarge: false,
      wide: cell(at, columns),
      narrow: cell(at, narrowColumns),
    })),
  };
}

/**
 * @param {Picture} one
 * @param {Picture | undefined} other
 */
function isAlike(one, other) {
  return (
    other !== undefined &&
    one.feed.id === other.feed.id &&
    one.feed.publishing === other.feed.publishing &&
    one.isMain === other.isMain &&
    one.player === other.player &&
    one.publisher === other.publisher
  );
}
