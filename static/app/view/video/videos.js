// @ts-check
// A grid of videos, whichever they are, and a shelf of the newest.

/** @import { App } from "../../app" */
/** @import { Page } from "../../types" */
/** @import { Video } from "../../types-videos" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/videos.js";
import { link } from "../kit/controls.js";
import { KeyedList, h } from "../kit/dom.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { VideoCard } from "./card.js";

/**
 * @param {App} app
 * @param {(cursor: string | null) => Promise<Page<Video>>} fetchPage
 * @param {{ label: string, class?: string, empty: () => HTMLElement }} parts
 */
export function videoList({ undo }, fetchPage, { label, class: className = "video-grid", empty }) {
  /** @type {Listing<Video>} */
  const videos = new Listing();
  const listLink = new ListingLink(videos, fetchPage);
  const view = new ListView(videos, {
    label,
    class: className,
    testId: "videos",
    row: (video) => new VideoCard(video),
    empty,
    more: () => void listLink.more(),
    again: () => void listLink.open(),
    without: { undo, kind: "videos" },
    placeholder: () =>
      h(
        "div",
        { class: className },
        ...Array.from({ length: 6 }, () => h("span", { class: "video-placeholder" })),
      ),
  });
  void listLink.open();
  return view;
}

/** How many stand on the home page: one row of them where it is wide. */
const SHELF = 4;

/**
 * The newest few on a page about something else; nothing where there are none.
 * @param {import("../../wire/rest.js").Rest} rest
 */
export function videoShelf(rest) {
  return new VideoShelf(rest);
}

class VideoShelf extends View {
  /** @param {import("../../wire/rest.js").Rest} rest */
  constructor(rest) {
    super(h("section", { class: "video-shelf", "aria-labelledby": "new-videos", hidden: true }));
    /** @type {Listing<Video>} */
    const videos = new Listing();
    const list = h("ul", { class: "video-grid", "aria-label": say("newVideos") });
    /** @type {KeyedList<Video>} */
    const cards = new KeyedList(list, ({ id }) => id, (video) => new VideoCard(video));
    this.element.append(
      h(
        "div",
        { class: "videos-head" },
        h("h2", { id: "new-videos" }, say("newVideos")),
        link("/videos", { class: "small" }, say("allVideos")),
      ),
      list,
    );
    this.watch([videos], () => {
      cards.set(videos.items);
      // A shelf that cannot be filled is not worth a word: the page is about something else.
      this.element.hidden = videos.items.length === 0;
    });
    void new ListingLink(videos, () => rest.videos.list({ limit: SHELF })).open();
  }
}
