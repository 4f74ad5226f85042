// @ts-check
// The pictures of a post in a grid, each of which opens in full size.

/** @import { PostMedia } from "../../types-people" */

import { say } from "../../words/posts.js";
import { h } from "../kit/dom.js";
import { openLightbox } from "./lightbox.js";

/** How many a card in a list shows; the last of them tells how many more there are. */
const SHOWN_IN_LIST = 4;

/**
 * @param {PostMedia[]} media
 * @param {{ isWhole?: boolean | undefined }} how `isWhole`: all of them, on the post's own page
 */
export function pictureGrid(media, { isWhole = false }) {
  if (media.length === 0) return null;
  const shown = isWhole ? media : media.slice(0, SHOWN_IN_LIST);
  const more = media.length - shown.length;
  const cell = (/** @type {PostMedia} */ each, /** @type {number} */ place) => {
    const isLast = place === shown.length - 1;
    const text = each.alt_text ? `: ${each.alt_text}` : "";
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "picture",
          "aria-label": say("pictureOf", { place: place + 1, total: media.length, text }),
          onclick: () => openLightbox(media, place),
          "data-testid": "post-picture",
        },
        image(each, shown.length === 1),
        isLast && more > 0 && h("span", { class: "picture-more", "aria-hidden": "true" }, `+${more}`),
      ),
    );
  };
  return h("ul", { class: "pictures", "data-count": shown.length }, ...shown.map(cell));
}

/**
 * @param {PostMedia} media
 * @param {boolean} isAlone
 */
function image({ url, small_url, width, height, alt_text }, isAlone) {
  return h("img", {
    src: small_url,
    // A single one is as wide as the column, which on a fine screen is more than the small copy.
    srcset: isAlone && width && url !== small_url ? `${small_url} 960w, ${url} ${width}w` : null,
    sizes: isAlone ? "(max-width: 48rem) 100vw, 44rem" : null,
    alt: alt_text ?? "",
    loading: "lazy",
    width,
    height,
  });
}
