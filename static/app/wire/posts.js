// @ts-check
// Posts, tags, comments and likes over REST.

/** @import { Page } from "../types" */
/** @import { Comment, Post, Tag } from "../types-people" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

/** @typedef {"home" | "latest" | "hot"} FeedName */
/** @typedef {{ kind: "posts" | "videos", id: string }} Subject what is commented on */

export class Posts {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /**
   * @param {string} content
   * @returns {Promise<string>} what it will look like, as HTML of the server's
   */
  async preview(content) {
    return (await this.#rest.send("POST", "/previews", { content })).content_html;
  }

  /**
   * @param {FeedName} name
   * @param {string | null} cursor
   * @returns {Promise<Page<Post>>}
   */
  feed(name, cursor) {
    return this.#rest.send("GET", `/feeds/${name}${query({ cursor })}`);
  }

  /**
   * @param {string} tag
   * @param {string | null} cursor
   * @returns {Promise<Page<Post>>}
   */
  underTag(tag, cursor) {
    return this.#rest.send("GET", `${tagPath(tag)}/posts${query({ cursor })}`);
  }

  /**
   * @param {string} username
   * @param {{ cursor?: string | null, pinned?: boolean }} filter
   * @returns {Promise<Page<Post>>}
   */
  ofPerson(username, filter) {
    return this.#rest.send("GET", `/users/${encodeURIComponent(username)}/posts${query(filter)}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Post>}
   */
  see(id) {
    return this.#rest.send("GET", `/posts/${encodeURIComponent(id)}`);
  }

  /**
   * @param {{ content: string, media_ids: string[] }} post
   * @param {string} key the same for each try to write the same post
   * @returns {Promise<Post>}
   */
  write(post, key) {
    return this.#rest.send("POST", "/posts", post, { "Idempotency-Key": key });
  }

  /**
   * @param {string} id
   * @param {{ content: string, media_ids?: string[] }} change
   * @returns {Promise<Post>}
   */
  edit(id, change) {
    return this.#rest.send("PATCH", `/posts/${id}`, change);
  }

  /** @param {string} id */
  remove(id) {
    return this.#rest.send("DELETE", `/posts/${id}`);
  }

  /**
   * @param {string} id
   * @param {boolean} isPinned
   */
  pin(id, isPinned) {
    return this.#rest.send(isPinned ? "PUT" : "DELETE", `/posts/${id}/pin`);
  }

  /**
   * @param {"posts" | "comments" | "videos"} kind
   * @param {string} id
   * @param {boolean} isLiked
   */
  like(kind, id, isLiked) {
    return this.#rest.send(isLiked ? "PUT" : "DELETE", `/${kind}/${id}/like`);
  }

  /**
   * @param {string} name
   * @returns {Promise<Tag>}
   */
  tag(name) {
    return this.#rest.send("GET", tagPath(name));
  }

  /** @returns {Promise<Page<Tag>>} the most used first */
  popularTags() {
    return this.#rest.send("GET", "/tags");
  }

  /**
   * @param {string} name
   * @param {boolean} isFollowed
   */
  followTag(name, isFollowed) {
    return this.#rest.send(isFollowed ? "PUT" : "DELETE", `${tagPath(name)}/follow`);
  }

  /**
   * @param {Subject} subject
   * @param {string | null} cursor
   * @returns {Promise<Page<Comment>>} those that answer no other
   */
  comments({ kind, id }, cursor) {
    return this.#rest.send("GET", `/${kind}/${id}/comments${query({ cursor, order: "oldest" })}`);
  }

  /**
   * @param {string} commentId
   * @param {string | null} cursor
   * @returns {Promise<Page<Comment>>}
   */
  replies(commentId, cursor) {
    return this.#rest.send("GET", `/comments/${commentId}/replies${query({ cursor })}`);
  }

  /**
   * @param {Subject} subject
   * @param {{ content: string, parent_id?: string }} comment
   * @param {string} key
   * @returns {Promise<Comment>}
   */
  comment({ kind, id }, comment, key) {
    return this.#rest.send("POST", `/${kind}/${id}/comments`, comment, {
      "Idempotency-Key": key,
    });
  }

  /**
   * @param {string} id
   * @param {{ content: string }} change
   * @returns {Promise<Comment>}
   */
  editComment(id, change) {
    return this.#rest.send("PATCH", `/comments/${id}`, change);
  }

  /** @param {string} id */
  removeComment(id) {
    return this.#rest.send("DELETE", `/comments/${id}`);
  }
}

/** @param {string} name */
function tagPath(name) {
  return `/tags/${encodeURIComponent(name)}`;
}
