// @ts-check
// The comments of one post or video: each comment's answers are a listing of their own, fetched when shown.

/** @import { App } from "../app" */
/** @import { Comment } from "../types-people" */
/** @import { Subject } from "../wire/posts.js" */

import { Listing } from "../model/listing.js";
import { say } from "../words/posts.js";
import { Likes } from "./likes.js";
import { ListingLink } from "./listing-link.js";
import { pathToSignIn } from "./post-actions.js";

/** @typedef {{ listing: Listing<Comment>, link: ListingLink<Comment> }} Branch */

export class ThreadLink {
  #app;
  #subject;
  #counted;
  #likes;
  /** @type {Map<string | null, Branch>} by the comment that is answered; null: the post or video */
  #branches = new Map();

  /**
   * @param {App} app
   * @param {Subject} subject
   * @param {(difference: number) => void} counted there are more comments, or fewer
   */
  constructor(app, subject, counted) {
    this.#app = app;
    this.#subject = subject;
    this.#counted = counted;
    this.#likes = new Likes(app.rest.posts, app.toasts);
  }

  /**
   * What answers a comment, or the post or video.
   * @param {string | null} parentId
   */
  branch(parentId) {
    let branch = this.#branches.get(parentId);
    if (!branch) {
      const { posts } = this.#app.rest;
      /** @type {Listing<Comment>} */
      const listing = new Listing();
      const link = new ListingLink(listing, (cursor) =>
        parentId ? posts.replies(parentId, cursor) : posts.comments(this.#subject, cursor),
      );
      branch = { listing, link };
      this.#branches.set(parentId, branch);
    }
    return branch;
  }

  /**
   * @param {string} content
   * @param {string} key
   * @param {Comment | null} parent
   */
  async write(content, key, parent) {
    const comment = await this.#app.rest.posts.comment(
      this.#subject,
      parent ? { content, parent_id: parent.id } : { content },
      key,
    );
    const { listing } = this.branch(parent?.id ?? null);
    // A branch that was never opened is fetched with the new one in it; one on its way may be without.
    if (listing.state === "ready") listing.add([comment], listing.next);
    else if (listing.isFetching) void this.branch(parent?.id ?? null).link.open();
    if (parent) this.#change(parent, { replies_count: parent.replies_count + 1 });
    this.#counted(1);
  }

  /**
   * @param {Comment} comment
   * @param {string} content
   */
  async edit(comment, content) {
    this.#change(comment, await this.#app.rest.posts.editComment(comment.id, { content }));
  }

  /** @param {Comment} comment */
  like(comment) {
    if (!this.#app.session.user) return this.#app.go(pathToSignIn());
    void this.#likes.toggle("comments", comment, (change) => this.#change(comment, change));
  }

  /**
   * A comment that was answered keeps its place in the thread.
   * @param {Comment} comment
   */
  remove(comment) {
    const keepsPlace = comment.replies_count > 0;
    if (keepsPlace) this.#change(comment, { deleted: true, content_html: "", user: null });
    this.#counted(-1);
    this.#app.undo.offer({
      text: say("commentDeleted"),
      hides: keepsPlace ? "" : `comments/${comment.id}`,
      send: () => this.#app.rest.posts.removeComment(comment.id),
      putBack: () => {
        if (keepsPlace) this.#change(comment, comment);
        this.#counted(1);
      },
    });
  }

  /**
   * @param {Comment} comment
   * @param {Partial<Comment>} change
   */
  #change({ id, parent_id }, change) {
    this.branch(parent_id).listing.change(id, change);
  }
}
