// @ts-check
// What one does with the posts of one list: write, edit, delete, pin, like.

/** @import { App } from "../app" */
/** @import { Listing } from "../model/listing.js" */
/** @import { Post } from "../types-people" */

import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/posts.js";
import { Likes } from "./likes.js";

export class PostActions {
  #app;
  #posts;
  #likes;

  /**
   * @param {App} app
   * @param {Listing<Post>} posts
   */
  constructor(app, posts) {
    this.#app = app;
    this.#posts = posts;
    this.#likes = new Likes(app.rest.posts, app.toasts);
  }

  /**
   * @param {string} content
   * @param {string} key
   * @param {string[]} mediaIds
   */
  async write(content, key, mediaIds) {
    const post = { content, media_ids: mediaIds };
    this.#posts.putFirst(await this.#app.rest.posts.write(post, key));
  }

  /**
   * @param {Post} post
   * @param {string} content
   * @param {string[]} mediaIds
   */
  async edit({ id }, content, mediaIds) {
    const change = { content, media_ids: mediaIds };
    this.#posts.change(id, await this.#app.rest.posts.edit(id, change));
  }

  /** @param {Post} post */
  like(post) {
    if (!this.#app.session.user) return this.#app.go(pathToSignIn());
    void this.#likes.toggle("posts", post, (change) => this.#posts.change(post.id, change));
  }

  /** @param {Post} post */
  async pin({ id, pinned }) {
    try {
      await this.#app.rest.posts.pin(id, !pinned);
      this.#posts.change(id, { pinned: !pinned });
      this.#app.toasts.note(pinned ? say("noLongerPinned") : say("pinnedOnYourPage"));
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }

  /** @param {Post} post */
  remove({ id }) {
    this.#app.undo.offer({
      text: say("postDeleted"),
      hides: `posts/${id}`,
      send: () => this.#app.rest.posts.remove(id),
    });
  }
}

/** Where one signs in and comes back from. */
export function pathToSignIn() {
  return `/signin?next=${encodeURIComponent(location.pathname)}`;
}
