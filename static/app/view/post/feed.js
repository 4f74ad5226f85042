// @ts-check
// The feed: what to read, in one of three orders, and where to write.

/** @import { App } from "../../app" */
/** @import { FeedName } from "../../wire/posts.js" */
/** @import { Post } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { PostActions } from "../../link/post-actions.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/posts.js";
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
  { id: "home", label: say("forYou") },
  { id: "latest", label: say("latest") },
  { id: "hot", label: say("hot") },
];

export class FeedView extends View {
  /**
   * @param {App} app
   * @param {string} search of the address, which names the feed
   */
  constructor(app, search) {
    super(h("section", { class: "feed", "aria-label": say("posts") }));
    const { rest, session } = app;
    const feeds = FEEDS.filter(({ id }) => id !== "home" || session.user);
    const wanted = new URLSearchParams(search).get("feed");
    let chosen = (feeds.find(({ id }) => id === wanted) ?? feeds[0])?.id ?? "latest";
    /** @type {Listing<Post>} */
    const posts = new Listing();
    const listLink = new ListingLink(posts, (cursor) => rest.posts.feed(chosen, cursor));
    const actions = new PostActions(app, posts);
    const list = this.own(
      postList(app, { posts, link: listLink, actions }, () => emptyFeed(chosen)),
    );
    const tabs = new Tabs(
      { label: say("whichPosts"), tabs: feeds, chosen, panel: list.element },
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
      label: say("writeAPost"),
      placeholder: say("whatAreYouBuilding"),
      action: say("publish"),
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
      title: say("yourFeedIsStillEmpty"),
      text: say("followPeopleAndTagsAnd"),
      icon: "posts",
      action: link("/posts?feed=latest", { class: "button plain" }, say("seeWhatEverybodyWrites")),
    });
  }
  return emptyState({
    title: say("nobodyHasWrittenAnythingYet"),
    text: say("shareWhatYouLearnedToday"),
    icon: "posts",
  });
}
