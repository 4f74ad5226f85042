// @ts-check
// One post with what people say to it.

/** @import { App } from "../../app" */
/** @import { Post } from "../../types-people" */

import { load } from "../../link/load.js";
import { PostActions } from "../../link/post-actions.js";
import { ThreadLink } from "../../link/thread-link.js";
import { Listing } from "../../model/listing.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/posts.js";
import { share } from "../kit/clipboard.js";
import { emptyState, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { explainRemoval } from "../moderation/removal.js";
import { PostCard } from "../post/card.js";
import { ThreadView } from "../post/thread.js";

const TITLE_CHARS = 60;

/**
 * @param {App} app
 * @param {string} id
 */
export function openPost(app, id) {
  /** @type {Loaded<Post>} */
  const loaded = new Loaded();
  const fetchIt = () => load(loaded, () => app.rest.posts.see(id));
  void fetchIt();
  const page = new LoadedView(loaded, {
    class: "page page-reading",
    missing: say("thereIsNoSuchPost"),
    explain: () => explainRemoval(app, "post", id),
    again: () => void fetchIt(),
    ready: () => new PostView(app, /** @type {Post} */ (loaded.value)),
  });
  return Object.assign(page, { title: say("post") });
}

class PostView extends View {
  /**
   * @param {App} app
   * @param {Post} post
   */
  constructor(app, post) {
    super(h("div", { class: "post-page" }));
    /** @type {Listing<Post>} a list of one: a post is the same wherever it stands */
    const posts = new Listing();
    posts.add([post], null);
    const actions = new PostActions(app, posts);
    const card = new PostCard(post, {
      app,
      actions,
      share: (path) => void share(path, app.toasts),
      isWhole: true,
    });
    const thread = new ThreadLink(app, { kind: "posts", id: post.id }, (difference) => {
      const count = (posts.items[0]?.comments_count ?? 0) + difference;
      posts.change(post.id, { comments_count: count });
    });
    const comments = this.own(new ThreadView(app, thread));
    const title = h("h1", { class: "visually-hidden" }, say("postBy", { name: post.user?.username ?? say("nobody") }));
    document.title = `${titleOf(post)} · Vibecast`;
    this.watch([posts, app.undo], () => {
      const [shown] = posts.items;
      if (shown) card.update(shown);
      const place = `posts/${post.id}`;
      if (app.undo.hides(place)) fill(this.element, gone(app.undo.canUndo(place)));
      else fill(this.element, title, card.element, comments.element);
    });
    if (location.hash === "#comments")
      requestAnimationFrame(() => comments.element.scrollIntoView());
  }
}

/** @param {boolean} canUndo */
function gone(canUndo) {
  return emptyState({
    title: say("yourPostIsDeleted"),
    text: canUndo ? say("youCanStillUndoIt") : say("itIsGoneForGood"),
    action: link("/posts", { class: "button plain" }, say("backToThePosts")),
  });
}

/** @param {Post} post */
function titleOf({ content, user }) {
  const line = content.replace(/[#*_`>]/g, "").trim().split("\n")[0] ?? "";
  const start = line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS)}…` : line;
  return start || say("aPostBy", { name: user?.username ?? say("somebody") });
}
