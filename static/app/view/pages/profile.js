// @ts-check
// Somebody's page: who they are, what they wrote, what they streamed.

/** @import { App } from "../../app" */
/** @import { Stream } from "../../types" */
/** @import { Post, Profile } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { PostActions } from "../../link/post-actions.js";
import { ProfileLink } from "../../link/profile-link.js";
import { Listing } from "../../model/listing.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/profile.js";
import { emptyState, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { ListView } from "../kit/list.js";
import { LoadedView } from "../kit/loaded.js";
import { Tabs } from "../kit/tabs.js";
import { View } from "../kit/view.js";
import { postList } from "../post/posts.js";
import { ProfileHead } from "../profile/head.js";
import { streamRow } from "../profile/stream-row.js";
import { videoList } from "../video/videos.js";

const PARTS = [
  { id: "posts", label: say("posts") },
  { id: "streams", label: say("streams") },
  { id: "videos", label: say("videos") },
];

/**
 * @param {App} app
 * @param {string} username
 * @param {string} search of the address, which may name the part
 */
export function openProfile(app, username, search) {
  /** @type {Loaded<Profile>} */
  const profile = new Loaded();
  const link = new ProfileLink(app, profile, username);
  void link.open();
  const page = new LoadedView(profile, {
    class: "page page-profile",
    missing: say("nobodyHereHasThisName"),
    again: () => void link.open(),
    ready: () => new ProfileView(app, profile, { link, search }),
  });
  return Object.assign(page, { title: username });
}

class ProfileView extends View {
  #app;
  #panel = h("div", { class: "profile-panel" });
  /** @type {View | null} */
  #part = null;

  /**
   * @param {App} app
   * @param {Loaded<Profile>} profile
   * @param {{ link: ProfileLink, search: string }} parts
   */
  constructor(app, profile, { link, search }) {
    super(h("div", { class: "profile" }));
    const wanted = new URLSearchParams(search).get("part");
    const chosen = PARTS.find(({ id }) => id === wanted)?.id ?? "posts";
    this.#app = app;
    const username = profile.value?.username ?? "";
    const tabs = new Tabs(
      { label: say("whatDoes", { name: username }), tabs: PARTS, chosen, panel: this.#panel },
      (id) => this.#show(id, username),
    );
    this.element.append(
      this.own(new ProfileHead(app, profile, link)).element,
      h("div", { class: "feed" }, tabs.element, this.#panel),
    );
    this.whenDestroyed(() => this.#part?.destroy());
    this.#show(chosen, username);
  }

  /**
   * @param {string} id
   * @param {string} username
   */
  #show(id, username) {
    this.#part?.destroy();
    const app = this.#app;
    if (id === "videos") this.#part = videosOf(app, username);
    else this.#part = id === "streams" ? streamsOf(app, username) : new PostsOf(app, username);
    fill(this.#panel, this.#part.element);
  }
}

/** Somebody's posts, the pinned ones first. */
class PostsOf extends View {
  /**
   * @param {App} app
   * @param {string} username
   */
  constructor(app, username) {
    super(h("div"));
    /** @type {Listing<Post>} */
    const posts = new Listing();
    const { posts: wire } = app.rest;
    const link = new ListingLink(posts, async (cursor) => {
      if (cursor) return wire.ofPerson(username, { cursor });
      const [pinned, newest] = await Promise.all([
        wire.ofPerson(username, { pinned: true }),
        wire.ofPerson(username, {}),
      ]);
      const others = newest.items.filter((post) => !post.pinned);
      return { items: [...pinned.items, ...others], next: newest.next };
    });
    const actions = new PostActions(app, posts);
    const list = this.own(
      postList(app, { posts, link, actions }, () =>
        emptyState({ title: say("noPostsYet"), text: say("hasNotWrittenAnything", { name: username }), icon: "posts" }),
      ),
    );
    this.element.append(list.element);
    void link.open();
  }
}

/**
 * @param {App} app
 * @param {string} username
 */
function videosOf(app, username) {
  const isMine = app.session.user?.username === username;
  return videoList(app, (cursor) => app.rest.videos.list({ user: username, cursor }), {
    label: say("videos"),
    empty: () =>
      emptyState({
        title: say("noVideosYet"),
        text: isMine ? say("whatYouUploadStandsHere") : say("hasNotUploadedAny", { name: username }),
        icon: "video",
        action: isMine && link("/upload", { class: "button plain" }, say("uploadAVideo")),
      }),
  });
}

/**
 * @param {App} app
 * @param {string} username
 */
function streamsOf({ rest }, username) {
  /** @type {Listing<Stream>} */
  const streams = new Listing();
  const link = new ListingLink(streams, async (cursor) => {
    if (cursor) return rest.streams({ user: username, status: "ended", cursor });
    const [live, scheduled, ended] = await Promise.all([
      rest.streams({ user: username, status: "live" }),
      rest.streams({ user: username, status: "scheduled" }),
      rest.streams({ user: username, status: "ended" }),
    ]);
    const announced = scheduled.items.filter(({ scheduled_at }) => scheduled_at);
    return { items: [...live.items, ...announced, ...ended.items], next: ended.next };
  });
  const list = new ListView(streams, {
    label: say("streams"),
    class: "stream-rows",
    row: streamRow,
    empty: () =>
      emptyState({ title: say("noStreamsYet"), text: say("hasNotBeenLive", { name: username }), icon: "camera" }),
    more: () => void link.more(),
    again: () => void link.open(),
  });
  void link.open();
  return list;
}
