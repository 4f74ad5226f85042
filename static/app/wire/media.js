// @ts-check
// Pictures for posts over REST.

/** @import { PostMedia } from "../types-people" */
/** @import { Rest } from "./rest.js" */

export const PICTURE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
export const PICTURE_MAX_BYTES = 10_000_000;
export const ALT_MAX_CHARS = 1_500;

export class Media {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {Blob} picture
   * @param {{ signal: AbortSignal, progress: (part: number) => void }} how
   * @returns {Promise<PostMedia>}
   */
  add(picture, how) {
    return this.#rest.upload("/media", picture, how);
  }

  /**
   * @param {string} id
   * @param {string | null} altText
   * @returns {Promise<PostMedia>}
   */
  describe(id, altText) {
    return this.#rest.send("PATCH", `/media/${id}`, { alt_text: altText });
  }

  /** @param {string} id */
  discard(id) {
    return this.#rest.send("DELETE", `/media/${id}`);
  }
}
