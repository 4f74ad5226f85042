// @ts-check
// The pictures that a post is to have: those on their way, those that are there, those that failed.

/** @import { PostMedia } from "../types-people" */

import { Observable } from "./observable.js";

export const ATTACHMENTS_MAX = 10;

/**
 * @typedef {object} Attachment
 * @property {string} id of this page's own making
 * @property {string} preview the address of what is shown
 * @property {string} name
 * @property {"sending" | "ready" | "failed"} state
 * @property {number} progress from 0 to 1
 * @property {string} problem
 * @property {PostMedia | null} media when it is there
 */

export class Attachments extends Observable {
  /** @type {Attachment[]} */
  items;
  #before;

  /** @param {PostMedia[]} media what the post has already */
  constructor(media = []) {
    super();
    this.items = media.map((each) => ({
      id: each.id,
      preview: each.small_url,
      name: "",
      state: "ready",
      progress: 1,
      problem: "",
      media: each,
    }));
    this.#before = this.mediaIds.join();
  }

  get mediaIds() {
    return this.items.flatMap(({ media }) => (media ? [media.id] : []));
  }

  get isChanged() {
    return this.mediaIds.join() !== this.#before;
  }

  get isSending() {
    return this.items.some(({ state }) => state === "sending");
  }

  get room() {
    return ATTACHMENTS_MAX - this.items.length;
  }

  /** @param {Attachment} item */
  add(item) {
    this.items = [...this.items, item];
    this.changed();
  }

  /**
   * @param {string} id
   * @param {Partial<Attachment>} change
   */
  change(id, change) {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.changed();
  }

  /** @param {string} id */
  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.changed();
  }

  clear() {
    this.items = [];
    this.#before = "";
    this.changed();
  }
}
