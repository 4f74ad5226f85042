// @ts-check
// Copying: a read-only field with a button, for addresses and keys.

/** @import { Toasts } from "../../model/toasts.js" */

import { say } from "../../words/site.js";
import { iconButton } from "./controls.js";
import { h } from "./dom.js";

const SAID_FOR_MS = 1_600;

/**
 * @param {string} label
 * @param {{ value: string, isSecret?: boolean }} content
 */
export function copyField(label, { value, isSecret = false }) {
  const input = h("input", {
    class: "input mono",
    readonly: true,
    value,
    type: isSecret ? "password" : "text",
    "aria-label": label,
    autocomplete: "off",
    onfocus: () => input.select(),
  });
  const said = h("span", { class: "copied", role: "status" });
  const copy = async () => {
    await navigator.clipboard.writeText(value).catch(() => {
      // Not a secure context, or not allowed: marking the text leaves Ctrl+C.
      input.type = "text";
      input.select();
    });
    said.textContent = say("copied");
    setTimeout(() => (said.textContent = ""), SAID_FOR_MS);
  };
  return h(
    "div",
    { class: "field" },
    h("span", { class: "label" }, label, said),
    h(
      "div",
      { class: "copy-row" },
      input,
      iconButton("copy", say("copy", { label }), { onclick: copy }),
    ),
  );
}

/**
 * Copy an address of this site, and say so.
 * @param {string} path
 * @param {Toasts} toasts
 */
export async function share(path, toasts) {
  const address = new URL(path, location.origin).href;
  try {
    await navigator.clipboard.writeText(address);
    toasts.note(say("linkCopied"));
  } catch {
    // Not a secure context, or not allowed: showing it leaves copying by hand.
    toasts.note(address);
  }
}
