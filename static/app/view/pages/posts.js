// @ts-check
// The feed on a page of its own.

/** @import { App } from "../../app" */

import { say } from "../../words/posts.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { FeedView } from "../post/feed.js";
import { PopularTags } from "../post/popular-tags.js";

/**
 * @param {App} app
 * @param {string} search
 */
export function openFeed(app, search) {
  return new PostsPage(app, search);
}

class PostsPage extends View {
  title = say("posts");

  /**
   * @param {App} app
   * @param {string} search
   */
  constructor(app, search) {
    super(h("div", { class: "page columns" }));
    this.element.append(
      h("h1", { class: "visually-hidden" }, say("posts")),
      this.own(new FeedView(app, search)).element,
      h("aside", { class: "aside", "aria-label": say("around") }, this.own(new PopularTags(app)).element),
    );
  }
}
