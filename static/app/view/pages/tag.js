// @ts-check
// What was written under one tag.

/** @import { App } from "../../app" */
/** @import { Post, Tag } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { load } from "../../link/load.js";
import { PostActions, pathToSignIn } from "../../link/post-actions.js";
import { Listing } from "../../model/listing.js";
import { Loaded } from "../../model/loaded.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/posts.js";
import { emptyState } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { countOf } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { followButton } from "../kit/follow.js";
import { View } from "../kit/view.js";
import { PopularTags } from "../post/popular-tags.js";
import { postList } from "../post/posts.js";

/**
 * @param {App} app
 * @param {string} name
 */
export function openTag(app, name) {
  /** @type {Loaded<Tag>} */
  const tag = new Loaded();
  const fetchIt = () => load(tag, () => app.rest.posts.tag(name));
  void fetchIt();
  const page = new LoadedView(tag, {
    class: "page",
    missing: say("nobodyHasWrittenUnderYet", { name, name2: name }),
    again: () => void fetchIt(),
    ready: () => new TagView(app, tag),
  });
  return Object.assign(page, { title: `#${name}` });
}

class TagView extends View {
  /**
   * @param {App} app
   * @param {Loaded<Tag>} tag
   */
  constructor(app, tag) {
    super(h("div", { class: "columns" }));
    const name = tag.value?.name ?? "";
    const { rest, session, toasts } = app;
    const head = h("header", { class: "tag-head" });
    const toggle = async () => {
      const before = tag.value;
      if (!before) return;
      if (!session.user) return app.go(pathToSignIn());
      const followed = !before.followed;
      tag.change({ followed, followers_count: before.followers_count + (followed ? 1 : -1) });
      try {
        await rest.posts.followTag(name, followed);
      } catch (error) {
        tag.set(before);
        toasts.error(sentenceFor(error));
      }
    };
    const follow = followButton(`#${name}`, () => void toggle());
    const numbers = h("p", { class: "soft" });
    fill(head, h("h1", {}, `#${name}`), follow.element, numbers);
    this.watch([tag], () => {
      if (!tag.value) return;
      const { posts_count, followers_count, followed } = tag.value;
      fill(numbers, `${countOf(posts_count, "post")} · ${countOf(followers_count, "follower")}`);
      follow.update(followed);
    });
    /** @type {Listing<Post>} */
    const posts = new Listing();
    const link = new ListingLink(posts, (cursor) => rest.posts.underTag(name, cursor));
    const actions = new PostActions(app, posts);
    const list = this.own(postList(app, { posts, link, actions }, () => nothing(name)));
    this.element.append(
      h("div", { class: "feed" }, head, list.element),
      h("aside", { class: "aside", "aria-label": say("around") }, this.own(new PopularTags(app)).element),
    );
    void link.open();
  }
}

/** @param {string} name */
function nothing(name) {
  return emptyState({
    title: say("nothingUnderThisTagAt"),
    text: say("putIntoAPostAnd", { name }),
    icon: "posts",
  });
}
