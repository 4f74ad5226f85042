// @ts-check
// The heart and its number, under posts and comments.

import { say } from "../../words/posts.js";
import { h, setAttributes, setText } from "../kit/dom.js";
import { countOf, formatCount } from "../kit/format.js";
import { icon } from "../kit/icons.js";

/** @param {() => void} toggle */
export function likeButton(toggle) {
  const count = h("span", { class: "number" });
  const element = h(
    "button",
    { type: "button", class: "post-reaction like", onclick: toggle, "data-testid": "like" },
    icon("heart"),
    count,
  );
  return {
    element,
    /** @param {{ liked: boolean, likes_count: number }} item */
    update({ liked, likes_count }) {
      setText(count, formatCount(likes_count));
      setAttributes(element, {
        "aria-pressed": String(liked),
        "aria-label": say("likeOf", { likes: countOf(likes_count, "like") }),
      });
    },
  };
}

/** @param {number} count */
export function commentsLabel(count) {
  return countOf(count, "comment");
}
