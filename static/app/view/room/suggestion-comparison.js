// @ts-check
// A suggestion whose lines were edited since: the lines as they were, as proposed, and as they are
// now, side by side. It follows the editor while it is open, so that what is replaced is what is seen.

/** @import { Places } from "../../model/places.js" */
/** @import { Suggestion } from "../../types" */

import { diffLines } from "../../model/diff.js";
import { button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h, setText } from "../kit/dom.js";

const TEXT = {
  title: "The lines were edited since",
  original: "When it was suggested",
  theirs: (/** @type {string} */ name) => `What ${name} suggests`,
  now: "What stands there now",
  gone: "These lines are gone.",
  empty: "Nothing: the lines would go.",
  replace: "Replace what stands there now",
  reject: "Reject",
  close: "Close",
};

const SIGNS = { same: " ", removed: "−", added: "+" };

/**
 * @param {{ suggestion: Suggestion, places: Places, isOwner: boolean }} about
 * @param {{ accept: (over: string) => void, reject: () => void }} actions
 */
export function openComparison({ suggestion, places, isOwner }, { accept, reject }) {
  const original = suggestion.original ?? "";
  const now = h("pre", { class: "diff", tabindex: "0", "data-testid": "compare-now" });
  const replace = button(TEXT.replace, { kind: "primary", "data-testid": "compare-accept" });
  const dialog = openDialog(TEXT.title, (close) => {
    const endingWith = (/** @type {() => void} */ action) => () => {
      action();
      close();
    };
    replace.addEventListener(
      "click",
      endingWith(() => accept(places.of(suggestion.id)?.now ?? "")),
    );
    const decisions = [
      button(TEXT.reject, { kind: "quiet", onclick: endingWith(reject) }),
      replace,
    ];
    return [
      h(
        "div",
        { class: "comparison", "data-testid": "comparison" },
        column(TEXT.original, drawn(original, original)),
        column(
          TEXT.theirs(suggestion.user?.username ?? "an erased account"),
          suggestion.content === "" ? [TEXT.empty] : drawn(original, suggestion.content),
        ),
        h("section", {}, h("h3", {}, TEXT.now), now),
      ),
      h(
        "div",
        { class: "dialog-actions" },
        ...(isOwner ? decisions : [button(TEXT.close, { onclick: close })]),
      ),
    ];
  });
  dialog.classList.add("wide-dialog");
  const render = () => {
    const place = places.of(suggestion.id);
    const isGone = !place || place.isGone;
    replace.disabled = isGone;
    if (isGone) setText(now, TEXT.gone);
    else fill(now, ...drawn(original, place.now));
  };
  dialog.addEventListener("close", places.subscribe(render));
  render();
}

/**
 * @param {string} title
 * @param {(Node | string)[]} lines
 */
function column(title, lines) {
  return h("section", {}, h("h3", {}, title), h("pre", { class: "diff", tabindex: "0" }, ...lines));
}

/**
 * @param {string | string[]} before text, or its lines
 * @param {string | string[]} after
 */
export function drawn(before, after) {
  return diffLines(plain(before), plain(after)).map(({ kind, text }) =>
    h(
      "span",
      { class: `diff-line ${kind}` },
      h("span", { class: "diff-sign" }, SIGNS[kind]),
      h("span", {}, text || " "),
    ),
  );
}

/**
 * Carriage returns are the document's matter, not the reader's.
 * @param {string | string[]} text
 */
function plain(text) {
  if (typeof text === "string") return text.replaceAll("\r", "");
  return text.map((line) => line.replaceAll("\r", ""));
}
