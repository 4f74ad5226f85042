// @ts-check
// A modal question in the browser's own <dialog>: focus is kept and given back, Escape closes.

/** @import { Child } from "./dom.js" */

import { say } from "../../words/site.js";
import { button, iconButton } from "./controls.js";
import { h } from "./dom.js";

/**
 * Show `children` in a dialog until `close` is called.
 * @param {string} title
 * @param {(close: () => void) => Child[]} children
 */
export function openDialog(title, children) {
  const dialog = h("dialog", { class: "dialog", "aria-label": title });
  const close = () => dialog.close();
  dialog.append(
    h(
      "header",
      { class: "dialog-head" },
      h("h2", {}, title),
      iconButton("close", say("close"), { onclick: close }),
    ),
    ...children(close).filter((child) => child instanceof Node),
  );
  dialog.addEventListener("close", () => {
    bringNotices();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  bringNotices();
  return dialog;
}

/** What stands outside a modal dialog cannot be reached: the notices stand in the one on top. */
function bringNotices() {
  const notices = document.querySelector(".toasts");
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.querySelector(".shell");
  if (notices && notices.parentElement !== place) place?.append(notices);
}

/**
 * Ask before something that cannot be taken back.
 * @param {{ title: string, text: string, action: string }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, action }) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(title, (close) => [
      h("p", {}, text),
      h(
        "div",
        { class: "dialog-actions" },
        button(say("notNow"), { kind: "quiet", onclick: close }),
        button(action, {
          kind: "danger",
          onclick: () => {
            answer = true;
            close();
          },
        }),
      ),
    ]);
    dialog.addEventListener("close", () => resolve(answer));
  });
}
