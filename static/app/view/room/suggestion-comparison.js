// @ts-check
// A suggestion whose lines were edited since: the lines as they were, as proposed, and as they are
// now, side by side. It follows the editor while it is open, so that what is replaced is what is seen.

/** @import { Places } from "../../model/places.js" */
/** @import { Suggestion } from "../../types" */

import { diffLines } from "../../model/diff.js";
import { mergedLines } from "../../model/merge.js";
import { say } from "../../words/code.js";
import { button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h, setText } from "../kit/dom.js";

const TEXT = {
  title: say("theLinesWereEditedSince"),
  original: say("whenItWasSuggested"),
  theirs: (/** @type {string} */ name) => say("whatSuggests", { name }),
  now: say("whatStandsThereNow"),
  gone: say("theseLinesAreGone"),
  empty: say("nothingTheLinesWouldGo"),
  both: say("bothTogether"),
  takeBoth: say("takeBoth"),
  replace: say("replaceWhatStandsThereNow"),
  reject: say("reject"),
  renew: say("suggestAnew"),
  close: say("closeCode"),
};

const SIGNS = { same: " ", removed: "−", added: "+" };

/**
 * @typedef {object} ComparisonActions
 * @property {(seen: { over: string, content?: string }) => void} accept
 * @property {() => void} reject
 * @property {(content: string) => void} renew
 */

/**
 * @param {{ suggestion: Suggestion, places: Places, isOwner: boolean, isMine: boolean }} about
 * @param {ComparisonActions} actions
 */
export function openComparison({ suggestion, places, isOwner, isMine }, { accept, reject, renew }) {
  const original = suggestion.original ?? "";
  const now = h("pre", { class: "diff", tabindex: "0", "data-testid": "compare-now" });
  const both = h("pre", { class: "diff", tabindex: "0" });
  const bothColumn = h("section", {}, h("h3", {}, TEXT.both), both);
  const replace = button(TEXT.replace, { "data-testid": "compare-accept" });
  const takeBoth = button(TEXT.takeBoth, { kind: "primary", "data-testid": "compare-both" });
  const standing = () => places.of(suggestion.id)?.now ?? "";
  const merged = () => mergedLines(plain(original), plain(suggestion.content), plain(standing()));
  const dialog = openDialog(TEXT.title, (close) => {
    const endingWith = (/** @type {() => void} */ action) => () => {
      action();
      close();
    };
    replace.addEventListener("click", endingWith(() => accept({ over: standing() })));
    takeBoth.addEventListener(
      "click",
      endingWith(() => accept({ over: standing(), content: merged() ?? suggestion.content })),
    );
    const again =
      isMine &&
      button(TEXT.renew, {
        kind: "primary",
        "data-testid": "compare-renew",
        onclick: endingWith(() => renew(merged() ?? plain(suggestion.content))),
      });
    const decisions = [
      button(TEXT.reject, { kind: "quiet", onclick: endingWith(reject) }),
      replace,
      takeBoth,
    ];
    return [
      h(
        "div",
        { class: "comparison", "data-testid": "comparison" },
        column(TEXT.original, drawn(original, original)),
        column(
          TEXT.theirs(suggestion.user?.username ?? say("anErasedAccount")),
          suggestion.content === "" ? [TEXT.empty] : drawn(original, suggestion.content),
        ),
        h("section", {}, h("h3", {}, TEXT.now), now),
        bothColumn,
      ),
      h(
        "div",
        { class: "dialog-actions" },
        ...(isOwner ? decisions : [again, button(TEXT.close, { onclick: close })]),
      ),
    ];
  });
  dialog.classList.add("wide-dialog");
  const render = () => {
    const place = places.of(suggestion.id);
    const isGone = !place || place.isGone;
    replace.disabled = isGone;
    const together = isGone || suggestion.content === "" ? null : merged();
    bothColumn.hidden = takeBoth.hidden = together === null;
    if (together !== null) fill(both, ...drawn(place?.now ?? "", together));
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
  return diffLines(unreturned(before), unreturned(after)).map(({ kind, text }) =>
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
function unreturned(text) {
  return typeof text === "string" ? plain(text) : text.map(plain);
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll("\r", "");
}
