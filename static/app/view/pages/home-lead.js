// @ts-check
// The top of the home page: for a stranger what this place is, for a friend the way to the studio.

/** @import { User } from "../../types" */

import { say, sayWith } from "../../words/home.js";
import { link, liveChip } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";

export function strangerLead() {
  return [
    h(
      "div",
      { class: "lead-text" },
      h("h1", {}, say("watchSoftwareBeingWritten")),
      h("p", {}, say("liveCodingWithChat")),
      link("/signup", { class: "button primary large" }, say("joinAndGoLive")),
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
      h("h1", {}, say("goodToSeeYou", { name: username })),
      h("p", {}, say("yourCameraOrScreenIs")),
    ),
    link("/studio", { class: "button primary large" }, say("openTheStudio")),
  ];
}

/** A suggestion as it looks in a room: shown rather than told. */
function specimen() {
  const label = say("exampleSuggestion");
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
      h("span", {}, ...sayWith("suggests", { name: h("strong", {}, "grace") })),
      h("span", { class: "specimen-votes" }, icon("up", 16), h("span", { class: "number" }, "14")),
      h("span", { class: "chip specimen-accepted" }, say("accepted")),
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
