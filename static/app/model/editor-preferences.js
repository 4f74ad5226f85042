// @ts-check
// How somebody likes the editor on this computer.

import { Observable } from "./observable.js";

/** @typedef {"site" | "light" | "dark" | "contrast"} EditorTheme */

/** @type {readonly EditorTheme[]} */
export const EDITOR_THEMES = ["site", "light", "dark", "contrast"];
/** In hundredths of the design's size. */
export const TEXT_SIZES = /** @type {const} */ ([85, 100, 115, 135, 160]);

const KEY = "vibecast-editor";

export class EditorPreferences extends Observable {
  /** @type {EditorTheme} */
  theme = "site";
  /** @type {number} */
  size = 100;
  isWrapped = false;
  isFollowing = false;
  #storage;

  /** @param {Storage} storage */
  constructor(storage) {
    super();
    this.#storage = storage;
    try {
      this.#take(JSON.parse(storage.getItem(KEY) ?? "{}"));
    } catch (error) {
      // Storage that is refused, or holds what nobody wrote: the design's own then.
      if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error;
    }
  }

  /** @param {Partial<Pick<EditorPreferences, "theme" | "size" | "isWrapped" | "isFollowing">>} wanted */
  choose(wanted) {
    this.#take(wanted);
    const { theme, size, isWrapped, isFollowing } = this;
    try {
      this.#storage.setItem(KEY, JSON.stringify({ theme, size, isWrapped, isFollowing }));
    } catch (error) {
      // It holds for this page then.
      if (!(error instanceof DOMException)) throw error;
    }
    this.changed();
  }

  /** @param {unknown} wanted */
  #take(wanted) {
    if (typeof wanted !== "object" || wanted === null) return;
    const given = /** @type {Record<string, unknown>} */ (wanted);
    this.theme = EDITOR_THEMES.find((each) => each === given.theme) ?? this.theme;
    this.size = TEXT_SIZES.find((each) => each === given.size) ?? this.size;
    if (typeof given.isWrapped === "boolean") this.isWrapped = given.isWrapped;
    if (typeof given.isFollowing === "boolean") this.isFollowing = given.isFollowing;
  }
}
