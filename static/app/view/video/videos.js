// @ts-check
// A grid of videos, whichever they are.

/** @import { Page } from "../../types" */
/** @import { Video } from "../../types-videos" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { h } from "../kit/dom.js";
import { ListView } from "../kit/list.js";
import { VideoCard } from "./card.js";

/**
 * @param {(cursor: string | null) => Promise<Page<Video>>} fetchPage
 * @param {{ label: string, class?: string, empty: () => HTMLElement }} parts
 */
export function videoList(fetchPage, { label, class: className = "video-grid", empty }) {
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
