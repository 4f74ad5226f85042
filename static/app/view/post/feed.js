// @ts-check
// The feed: what to read, in one of three orders, and where to write.

/** @import { App } from "../../app" */
/** @import { FeedName } from "../../wire/posts.js" */
/** @import { Post } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { PostActions } from "../../link/post-actions.js";
import { Listing } from "../../model/listing.js";
import { avatar, emptyState, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Tabs } from "../kit/tabs.js";
import { View } from "../kit/view.js";
import { AttachView } from "./attach.js";
import { POST_MAX_CHARS } from "./card.js";
import { postList } from "./posts.js";
import { TextForm } from "./text-form.js";

/** @type {readonly { id: FeedName, label: string }[]} */
const FEEDS = [
  { id: "home", label: "For you" },
  { id: "latest", label: "Latest" },
  { id: "hot", label: "Hot" },
];

export class FeedView extends View {
  /**
   * @param {App} app
   * @param {string} search of the address, which names the feed
   */
  constructor(app, search) {
    super(h("section", { class: "feed", "aria-label": "Posts" }));
    const { rest, session } = app;
    const feeds = FEEDS.filter(({ id }) => id !== "home" || session.user);
    const wanted = new URLSearchParams(search).get("feed");
    let chosen = (feeds.find(({ id }) => id === wanted) ?? feeds[0])?.id ?? "latest";
    /** @type {Listing<Post>} */
    const posts = new Listing();
    const listLink = new ListingLink(posts, (cursor) => rest.posts.feed(chosen, cursor));
    const actions = this.own(new PostActions(app, posts));
    const list = this.own(
      postList(app, { posts, link: listLink, actions }, () => emptyFeed(chosen)),
    );
    const tabs = new Tabs(
      { label: "Which posts", tabs: feeds, chosen, panel: list.element },
      (id) => {
        chosen = feeds.find((feed) => feed.id === id)?.id ?? chosen;
        // The address keeps the choice over a reload and on the way back.
        history.replaceState(null, "", `?feed=${chosen}`);
        void listLink.open();
      },
    );
    this.element.append(
      session.user ? this.#composer(app, session.user, actions) : "",
      tabs.element,
      list.element,
    );
    void listLink.open();
  }

  /**
   * @param {App} app
   * @param {import("../../types").Me} me
   * @param {PostActions} actions
   */
  #composer(app, me, actions) {
    const form = new TextForm({
      label: "Write a post",
      placeholder: "What are you building?",
      action: "Post",
      maxChars: POST_MAX_CHARS,
      pictures: this.own(new AttachView(app)),
      preview: (content) => app.rest.posts.preview(content),
      send: (content, key, mediaIds) => actions.write(content, key, mediaIds),
      testId: "post-new",
    });
    return h("div", { class: "composer" }, avatar(me), form.element);
  }
}

/** @param {FeedName} feed */
function emptyFeed(feed) {
  if (feed === "home") {
    return emptyState({
      title: "Your feed is still empty",
      text: "Follow people and tags, and what they write gathers here. Your own posts do too.",
      icon: "posts",
      action: link("/posts?feed=latest", { class: "button plain" }, "See what everybody writes"),
    });
  }
  return emptyState({
    title: "Nobody has written anything yet",
    text: "Share what you learned today: a trick, a bug, a plan for the next stream.",
    icon: "posts",
  });
}
