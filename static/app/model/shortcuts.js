// @ts-check
// What single keys do on this page, and whether they do anything: who speaks to the computer, or
// touches keys by accident, turns them off (WCAG 2.1.4).

import { Observable } from "./observable.js";

/**
 * @typedef {object} Shortcut
 * @property {string} key as the browser names it, a letter small; "Control+z" with a key held down
 * @property {string} label
 * @property {() => void} run
 */
/** @typedef {{ title: string, shortcuts: Shortcut[] }} ShortcutGroup */

const KEY = "vibecast-shortcuts";
const OFF = "off";

export class Shortcuts extends Observable {
  areOn = true;
  /** @type {ShortcutGroup[]} */
  #groups = [];
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    super();
    this.#storage = storage;
    try {
      this.areOn = storage.getItem(KEY) !== OFF;
    } catch (error) {
      // Storage that is refused.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  get groups() {
    return this.#groups;
  }

  /**
   * @param {ShortcutGroup} group
   * @returns {() => void} take it away
   */
  add(group) {
    this.#groups = [...this.#groups, group];
    this.changed();
    return () => {
      this.#groups = this.#groups.filter((each) => each !== group);
      this.changed();
    };
  }

  /** What is added last has a key. @param {string} key */
  find(key) {
    if (!this.areOn) return undefined;
    return this.#groups
      .flatMap(({ shortcuts }) => shortcuts)
      .findLast((shortcut) => shortcut.key === key);
  }

  /** @param {boolean} areOn */
  turn(areOn) {
    this.areOn = areOn;
    try {
      this.#storage.setItem(KEY, areOn ? "on" : OFF);
    } catch (error) {
      // It holds for this page then.
      if (!(error instanceof DOMException)) throw error;
    }
    this.changed();
  }
}
