// @ts-check
// Listens for single keys, never while somebody types, and shows which there are.

/** @import { ShortcutGroup, Shortcuts } from "../../model/shortcuts.js" */

import { say } from "../../words/site.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";

/** Fields in which a letter is no letter that is written. */
const KEYLESS = /^(button|checkbox|color|file|image|radio|range|reset|submit)$/;
/** How a key is written on the keyboard. @type {Record<string, string>} */
const SIGNS = {
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  " ": say("keySpace"),
  "Control+z": `${say("keyControl")} Z`,
};

/**
 * For as long as the page lives.
 * @param {Shortcuts} shortcuts
 * @param {{ search: () => void, undo: () => void }} everywhere
 */
export function listenForShortcuts(shortcuts, { search, undo }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || isTyping(event)) return;
    if (document.querySelector("dialog[open]")) return;
    const shortcut = shortcuts.find(keyOf(event));
    if (!shortcut) return;
    event.preventDefault();
    if (!event.repeat) shortcut.run();
  });
  shortcuts.add({
    title: say("shortcutsEverywhere"),
    shortcuts: [
      { key: "/", label: say("shortcutSearch"), run: search },
      { key: "Control+z", label: say("shortcutUndo"), run: undo },
      { key: "?", label: say("shortcutHelp"), run: () => openShortcuts(shortcuts) },
    ],
  });
}

/** With what is held down beside it; a Mac's command key is the others' control key. @param {KeyboardEvent} event */
function keyOf({ key, ctrlKey, metaKey, altKey }) {
  if (altKey) return `Alt+${key}`;
  if (ctrlKey || metaKey) return `Control+${key}`;
  return key.length === 1 ? key.toLowerCase() : key;
}

/** @param {Shortcuts} shortcuts */
export function openShortcuts(shortcuts) {
  const areOn = h("input", {
    type: "checkbox",
    checked: shortcuts.areOn,
    "data-testid": "shortcuts-on",
  });
  areOn.addEventListener("change", () => shortcuts.turn(areOn.checked));
  const dialog = openDialog(say("shortcuts"), () => [
    h(
      "div",
      { class: "shortcuts", "data-testid": "shortcuts" },
      ...shortcuts.groups.toReversed().map(groupList),
      h("label", { class: "check" }, areOn, h("span", {}, say("shortcutsOn"))),
      h("p", { class: "field-hint" }, say("shortcutsHint")),
    ),
  ]);
  dialog.classList.add("is-wide");
}

/** @param {ShortcutGroup} group */
function groupList({ title, shortcuts }) {
  return h(
    "section",
    {},
    h("h3", {}, title),
    h(
      "dl",
      { class: "shortcut-list" },
      ...shortcuts.map(({ key, label }) =>
        h("div", {}, h("dt", {}, h("kbd", {}, SIGNS[key] ?? key.toUpperCase())), h("dd", {}, label)),
      ),
    ),
  );
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
  const origin = event.composedPath()[0];
  if (!(origin instanceof HTMLElement)) return false;
  // Code is read with the keyboard too, where it cannot be written.
  if (origin.closest(".cm-editor")) return true;
  if (origin instanceof HTMLInputElement) return !KEYLESS.test(origin.type);
  return origin.isContentEditable || /^(TEXTAREA|SELECT)$/.test(origin.tagName);
}
