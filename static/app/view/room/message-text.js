// @ts-check
// The words of a message: text is text, http addresses become links that say where they lead, and the
// names of people who are meant stand out. Nothing is parsed as markup.

import { link } from "../kit/controls.js";
import { h } from "../kit/dom.js";

const MARKED = /https?:\/\/[^\s<>"']+|@[A-Za-z0-9_]{3,50}/g;
/** Punctuation that ends a sentence, not an address. */
const TRAILING = /[.,;:!?)\]]+$/;
/** Longer paths are cut: what counts is the host. */
const PATH_CHARACTERS = 32;

/** @typedef {{ mentions: readonly string[], me: string | null }} Names */

/**
 * @param {string} content
 * @param {Names} names
 * @returns {(string | Node)[]}
 */
export function marked(content, names) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let from = 0;
  for (const match of content.matchAll(MARKED)) {
    const found = match[0].startsWith("@") ? mention(match[0], names) : address(match[0]);
    if (!found) continue;
    parts.push(content.slice(from, match.index), found.element);
    from = match.index + found.length;
  }
  parts.push(content.slice(from));
  return parts;
}

/**
 * @param {string} text
 * @param {Names} names
 */
function mention(text, { mentions, me }) {
  const name = text.slice(1).toLowerCase();
  const known = mentions.find((each) => each.toLowerCase() === name);
  if (known === undefined) return null;
  const isMe = known === me;
  const element = link(
    `/users/${known}`,
    { class: `mention ${isMe ? "is-me" : ""}`, target: "_blank", tabindex: "-1" },
    text,
  );
  return { element, length: text.length };
}

/** @param {string} text */
function address(text) {
  const href = text.replace(TRAILING, "");
  const url = URL.canParse(href) ? new URL(href) : null;
  // "https://bank.example@elsewhere.example" leads elsewhere and reads as if it did not.
  if (!url || url.username || url.password) return null;
  const path = url.pathname + url.search + url.hash;
  const shown = path.length > PATH_CHARACTERS ? `${path.slice(0, PATH_CHARACTERS - 1)}…` : path;
  const element = h(
    "a",
    {
      href: url.href,
      target: "_blank",
      rel: "nofollow ugc noopener noreferrer",
      title: url.href,
      tabindex: "-1",
    },
    h("span", { class: "link-host" }, url.host),
    shown === "/" ? "" : shown,
  );
  return { element, length: href.length };
}
