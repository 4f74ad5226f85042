// @ts-check
// Plain text as people write it below a video: addresses become links, and moments such as 1:05
// become buttons that lead there.

/** @import { Child } from "./dom.js" */

import { say } from "../../words/site.js";
import { h } from "./dom.js";

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/;
const MOMENT = /\b(?:\d{1,2}:)?[0-5]?\d:[0-5]\d\b/;
const FOUND = new RegExp(`(${ADDRESS.source})|(${MOMENT.source})`, "g");

/**
 * @param {string} text
 * @param {{ durationS: number, seek: (seconds: number) => void }} player a moment behind its end is only text
 * @returns {Child[]}
 */
export function words(text, { durationS, seek }) {
  /** @type {Child[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(FOUND)) {
    const [all, address, moment] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + all.length;
    const seconds = moment ? secondsOf(moment) : Infinity;
    if (address) parts.push(outside(address));
    else if (seconds < durationS) parts.push(momentButton(all, () => seek(seconds)));
    else parts.push(all);
  }
  return [...parts, text.slice(end)];
}

/** @param {string} moment */
function secondsOf(moment) {
  return moment.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** @param {string} href */
function outside(href) {
  return h("a", { href, rel: "nofollow ugc noopener", target: "_blank" }, href);
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
function momentButton(label, onclick) {
  return h(
    "button",
    {
      type: "button",
      class: "moment number",
      "aria-label": say("playFrom", { moment: label }),
      onclick,
    },
    label,
  );
}
