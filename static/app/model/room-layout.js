// @ts-check
// How somebody arranges the panels of a room on this computer. On a phone the panels stand under tabs,
// whatever is chosen here.

import { Observable } from "./observable.js";

/** @typedef {"chat" | "poll" | "code"} Panel */
/** @typedef {"left" | "right"} Side */
/** @typedef {"top" | "bottom"} Place */
/** @typedef {"picture" | "code"} Main what has the most room */

/** @type {readonly Panel[]} */
export const PANELS = ["chat", "poll", "code"];
/** In pixels: less cannot be read, more leaves nothing for the picture. */
export const SIDE_WIDTH = { least: 256, most: 720 };
export const PICTURE_HEIGHT = { least: 120, most: 1200 };

const KEY = "vibecast-room";
const DESIGN = {
  side: /** @type {Side} */ ("right"),
  pollPlace: /** @type {Place} */ ("top"),
  main: /** @type {Main} */ ("picture"),
  sideWidth: /** @type {number | null} null: as the design has it */ (null),
  pictureHeight: /** @type {number | null} */ (null),
  hidden: /** @type {readonly Panel[]} */ ([]),
};

/** @typedef {typeof DESIGN} Chosen */

export class RoomLayout extends Observable {
  chosen = DESIGN;
  /** Only the picture and what stands beside it; it ends with the visit. */
  isTheatre = false;
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    super();
    this.#storage = storage;
    try {
      this.chosen = read(JSON.parse(storage.getItem(KEY) ?? "{}"));
    } catch (error) {
      // Storage that is refused, or holds what nobody wrote: the design's own then.
      if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error;
    }
  }

  get isDesigned() {
    return JSON.stringify(this.chosen) === JSON.stringify(DESIGN);
  }

  /** @param {Panel} panel */
  isHidden(panel) {
    return this.chosen.hidden.includes(panel);
  }

  /** @param {Partial<Chosen>} wanted */
  choose(wanted) {
    this.chosen = read({ ...this.chosen, ...wanted });
    try {
      this.#storage.setItem(KEY, JSON.stringify(this.chosen));
    } catch (error) {
      // It holds for this page then.
      if (!(error instanceof DOMException)) throw error;
    }
    this.changed();
  }

  /**
   * @param {Panel} panel
   * @param {boolean} isShown
   */
  show(panel, isShown) {
    const others = this.chosen.hidden.filter((each) => each !== panel);
    this.choose({ hidden: isShown ? others : [...others, panel] });
  }

  reset() {
    this.choose(DESIGN);
  }

  /** @param {boolean} isTheatre */
  setTheatre(isTheatre) {
    this.isTheatre = isTheatre;
    this.changed();
  }
}

/**
 * What was stored may be older than this page, or anybody's.
 * @param {Record<string, unknown>} given
 * @returns {Chosen}
 */
function read(given) {
  const hidden = Array.isArray(given.hidden) ? given.hidden : [];
  return {
    side: given.side === "left" ? "left" : "right",
    pollPlace: given.pollPlace === "bottom" ? "bottom" : "top",
    main: given.main === "code" ? "code" : "picture",
    sideWidth: within(given.sideWidth, SIDE_WIDTH),
    pictureHeight: within(given.pictureHeight, PICTURE_HEIGHT),
    hidden: PANELS.filter((panel) => hidden.includes(panel)),
  };
}

/**
 * @param {unknown} value
 * @param {{ least: number, most: number }} range
 */
function within(value, { least, most }) {
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  return Math.round(Math.min(most, Math.max(least, value)));
}
