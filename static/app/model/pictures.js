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

/** Where a picture begins in a grid. In the line that may be shorter than others two steps are one picture,
 * so that a short line stands in the middle. @typedef {{ column: number, row: number }} Cell */
/** @typedef {{ isLarge: boolean, wide: Cell, narrow: Cell }} Place */
/** @typedef {{ columns: number, rows: number }} Size in pictures */
/** @typedef {{ wide: Size, narrow: Size, places: Place[] }} Arrangement */

/** A strip with fewer places would show its pictures larger than it is good for the large one. */
const STRIP_PLACES = 3;
const LONGEST_STRIP = 5;
/** Of the side of a large picture a small one over it takes one part; the last one is for the controls. */
const CORNER = { wide: 5, narrow: 4 };

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
  const slots = Array.from({ length: count }, (_, at) => (at < large ? at : at - 1));
  const { wide, narrow, cells } =
    layout === "focus" ? strip(slots, count - 1) : corner(slots);
  const places = cells.map((cell, at) => ({ isLarge: at === large, ...cell }));
  return { wide, narrow, places };
}

/**
 * Beside the large picture where there is width, below it where there is none.
 * @param {number[]} slots
 * @param {number} count
 */
function strip(slots, count) {
  const lines = Math.max(1, Math.ceil(count / LONGEST_STRIP));
  const length = Math.max(STRIP_PLACES, Math.ceil(count / lines));
  const cells = slots.map((slot) => {
    const { line, step } = inLines(slot, count, length);
    return { wide: { column: line + 2, row: step }, narrow: { column: step, row: line + 2 } };
  });
  const [wide, narrow] = [
    { columns: lines, rows: length },
    { columns: length, rows: lines },
  ];
  return { wide, narrow, cells };
}

/**
 * From the upper right corner down, and then to the left.
 * @param {number[]} slots
 */
function corner(slots) {
  const place = (/** @type {number} */ slot, /** @type {number} */ side) => {
    const length = side - 1;
    return { column: side - Math.floor(slot / length), row: (slot % length) + 1 };
  };
  const cells = slots.map((slot) => ({
    wide: place(slot, CORNER.wide),
    narrow: place(slot, CORNER.narrow),
  }));
  const size = (/** @type {number} */ side) => ({ columns: side, rows: side });
  return { wide: size(CORNER.wide), narrow: size(CORNER.narrow), cells };
}

/** @param {number} count @returns {Arrangement} */
function alike(count) {
  const columns = Math.ceil(Math.sqrt(count));
  const narrowColumns = count <= 2 ? 1 : 2;
  const cell = (/** @type {number} */ at, /** @type {number} */ width) => {
    const { line, step } = inLines(at, count, width);
    return { column: step, row: line + 1 };
  };
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
 * @param {number} slot
 * @param {number} count of all that stand in the lines
 * @param {number} length of a line
 */
function inLines(slot, count, length) {
  const line = Math.floor(slot / length);
  const missing = Math.max(0, length - (count - line * length));
  return { line, step: 2 * (slot % length) + 1 + missing };
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
