// @ts-check
// Where the open suggestions of a document stand on this page's screen, keystroke by keystroke.

import { Observable } from "./observable.js";

/**
 * @typedef {object} Place
 * @property {number} start the first line, from 1
 * @property {number} end the last line
 * @property {string} now what stands in these lines
 * @property {boolean} isStale these are not the lines that the suggestion was made for
 * @property {boolean} isGone nothing is left of them
 */

export class Places extends Observable {
  /** @type {Map<string, Place>} */
  #byId = new Map();

  /** @param {Map<string, Place>} places */
  set(places) {
    const isSame =
      places.size === this.#byId.size &&
      [...places].every(([id, place]) => isSamePlace(place, this.#byId.get(id)));
    if (isSame) return;
    this.#byId = places;
    this.changed();
  }

  /** @param {string} id */
  of(id) {
    return this.#byId.get(id) ?? null;
  }
}

/**
 * @param {Place} a
 * @param {Place | undefined} b
 */
function isSamePlace(a, b) {
  return (
    a.start === b?.start && a.end === b.end && a.now === b.now && a.isStale === b.isStale
  );
}
