// @ts-check
// Pictures in full size, one at a time, in the browser's own <dialog>: arrow keys and swipes go from
// one to the next, Escape and a click beside the picture close.

/** @import { PostMedia } from "../../types-people" */

import { say } from "../../words/posts.js";
import { iconButton } from "../kit/controls.js";
import { h, setAttributes, setText } from "../kit/dom.js";

const SWIPE_PX = 48;

/**
 * @param {PostMedia[]} media
 * @param {number} first
 */
export function openLightbox(media, first) {
  let place = first;
  let touchedAt = 0;
  const image = h("img", { class: "lightbox-picture", "data-testid": "lightbox-picture" });
  const caption = h("figcaption", { class: "lightbox-caption" });
  const count = h("span", { class: "lightbox-count number", role: "status" });
  const close = () => dialog.close();
  const step = (/** @type {number} */ by) => show((place + by + media.length) % media.length);
  const isOne = media.length === 1;
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": say("pictures"), "data-testid": "lightbox" },
    h("header", { class: "lightbox-head" }, count, iconButton("close", say("close"), { onclick: close })),
    h("figure", { class: "lightbox-figure" }, image, caption),
    iconButton("left", say("previousPicture"), { class: "lightbox-left", hidden: isOne, onclick: () => step(-1) }),
    iconButton("right", say("nextPicture"), { class: "lightbox-right", hidden: isOne, onclick: () => step(1) }),
  );

  /** @param {number} next */
  function show(next) {
    const each = media[next];
    if (!each) return;
    place = next;
    const { url, width, height, alt_text } = each;
    setAttributes(image, { src: url, alt: alt_text ?? "", width, height });
    setText(caption, alt_text ?? "");
    setText(count, isOne ? "" : say("of", { place: place + 1, total: media.length }));
  }

  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  });
  dialog.addEventListener("touchstart", ({ touches }) => (touchedAt = touches[0]?.clientX ?? 0), {
    passive: true,
  });
  dialog.addEventListener("touchend", ({ changedTouches }) => {
    const moved = (changedTouches[0]?.clientX ?? 0) - touchedAt;
    if (!isOne && Math.abs(moved) > SWIPE_PX) step(moved > 0 ? -1 : 1);
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || (target instanceof Element && target.tagName === "FIGURE")) close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  show(first);
  document.body.append(dialog);
  dialog.showModal();
}
