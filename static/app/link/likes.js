// @ts-check
// Likes: shown at once, sent one after the other, taken back when the server refuses.

/** @import { Posts } from "../wire/posts.js" */
/** @import { Toasts } from "../model/toasts.js" */

import { sentenceFor } from "../wire/problem.js";

/** @typedef {{ id: string, liked: boolean, likes_count: number }} Likeable */

export class Likes {
  #posts;
  #toasts;
  /** @type {Map<string, boolean>} what is wished while a request is under way */
  #wished = new Map();

  /**
   * @param {Posts} posts
   * @param {Toasts} toasts
   */
  constructor(posts, toasts) {
    this.#posts = posts;
    this.#toasts = toasts;
  }

  /**
   * @param {"posts" | "comments" | "videos"} kind
   * @param {Likeable} item
   * @param {(change: { liked: boolean, likes_count: number }) => void} show
   */
  async toggle(kind, { id, liked, likes_count }, show) {
    const key = `${kind}/${id}`;
    const wish = !liked;
    const isUnderWay = this.#wished.has(key);
    this.#wished.set(key, wish);
    show({ liked: wish, likes_count: likes_count + (wish ? 1 : -1) });
    if (isUnderWay) return;
    let sent = liked;
    try {
      // Whoever taps twice means the second tap: only what differs from the last answer is sent.
      while (this.#wished.get(key) !== sent) {
        const next = this.#wished.get(key) === true;
        await this.#posts.like(kind, id, next);
        sent = next;
      }
    } catch (error) {
      show({ liked: sent, likes_count: likes_count + Number(sent) - Number(liked) });
      this.#toasts.error(sentenceFor(error));
    } finally {
      this.#wished.delete(key);
    }
  }
}
