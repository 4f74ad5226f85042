// @ts-check
// The button that follows somebody or something, and says whether one does.

import { say } from "../../words/site.js";
import { button } from "./controls.js";
import { setAttributes, setText } from "./dom.js";

/**
 * @param {string} whom
 * @param {() => void} toggle
 */
export function followButton(whom, toggle) {
  const element = button("", { onclick: toggle, "data-testid": "follow" });
  const label = element.querySelector("span") ?? element;
  return {
    element,
    /** @param {boolean} isFollowing */
    update(isFollowing) {
      setText(label, isFollowing ? say("following") : say("follow"));
      element.classList.toggle("primary", !isFollowing);
      setAttributes(element, {
        "aria-pressed": String(isFollowing),
        "aria-label": isFollowing ? say("followingWhom", { whom }) : say("followWhom", { whom }),
      });
    },
  };
}
