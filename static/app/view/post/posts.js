// @ts-check
// A list of posts, whichever it is.

/** @import { App } from "../../app" */
/** @import { Listing } from "../../model/listing.js" */
/** @import { ListingLink } from "../../link/listing-link.js" */
/** @import { PostActions } from "../../link/post-actions.js" */
/** @import { Post } from "../../types-people" */

import { say } from "../../words/posts.js";
import { share } from "../kit/clipboard.js";
import { ListView } from "../kit/list.js";
import { PostCard } from "./card.js";

/**
 * @param {App} app
 * @param {{ posts: Listing<Post>, link: ListingLink<Post>, actions: PostActions }} parts
 * @param {() => HTMLElement} empty
 */
export function postList(app, { posts, link, actions }, empty) {
  const parts = {
    app,
    actions,
    share: (/** @type {string} */ path) => void share(path, app.toasts),
  };
  return new ListView(posts, {
    label: say("posts"),
    class: "posts",
    testId: "posts",
    row: (post) => new PostCard(post, parts),
    empty,
    more: () => void link.more(),
    again: () => void link.open(),
    without: { undo: app.undo, kind: "posts" },
  });
}
