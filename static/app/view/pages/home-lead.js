// @ts-check
// The top of the home page: for a stranger what this place is, for a friend the way to the studio.

/** @import { User } from "../../types" */

import { link, liveChip } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";

export function strangerLead() {
  return [
    h(
      "div",
      { class: "lead-text" },
      h("h1", {}, "Watch software being written. Then write it together."),
      h(
        "p",
        {},
        "Live coding with chat, polls, and an editor where viewers suggest changes line by line. The best ones get accepted while you watch.",
      ),
      link("/signup", { class: "button primary large" }, "Join and go live"),
    ),
    specimen(),
  ];
}

/** @param {User} user */
export function friendLead({ username }) {
  return [
    h(
      "div",
      { class: "lead-text" },
      h("h1", {}, `Good to see you, ${username}.`),
      h("p", {}, "Your camera or screen is one click from being on air."),
    ),
    link("/studio", { class: "button primary large" }, "Open the studio"),
  ];
}

/** A suggestion as it looks in a room: shown rather than told. */
function specimen() {
  const label =
    "An example: a viewer suggests replacing a loop by bisect_left; fourteen others agree.";
  return h(
    "figure",
    { class: "specimen", role: "img", "aria-label": label },
    h("div", { class: "specimen-head" }, liveChip(), h("span", { class: "mono" }, "btree.py")),
    h(
      "pre",
      { class: "diff" },
      row("same", "def find(self, key):"),
      row("removed", "    i = 0"),
      row("removed", "    while self.keys[i] < key:"),
      row("removed", "        i += 1"),
      row("added", "    i = bisect_left(self.keys, key)"),
      row("same", "    if self.keys[i] == key:"),
      row("same", "        return i"),
    ),
    h(
      "div",
      { class: "specimen-foot" },
      h("span", {}, h("strong", {}, "grace"), " suggests"),
      h("span", { class: "specimen-votes" }, icon("up", 16), h("span", { class: "number" }, "14")),
      h("span", { class: "chip specimen-accepted" }, "Accepted"),
    ),
  );
}

/**
 * @param {"same" | "removed" | "added"} kind
 * @param {string} text
 */
function row(kind, text) {
  const sign = { same: " ", removed: "−", added: "+" }[kind];
  return h(
    "span",
    { class: `diff-line ${kind}` },
    h("span", { class: "diff-sign" }, sign),
    h("span", {}, text),
  );
}
