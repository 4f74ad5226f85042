// @ts-check
// A button that opens a few things to do, in the browser's own <details>. Escape and leaving it close.

import { button } from "./controls.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{ label: string, run: () => void, kind?: "danger" }} MenuItem */

/**
 * @param {string} label
 * @param {() => MenuItem[]} items asked for each time it opens
 */
export function actionMenu(label, items) {
  const sheet = h("div", { class: "menu-sheet menu-actions" });
  const summary = h(
    "summary",
    { class: "icon-button", "aria-label": label, title: label },
    icon("more"),
  );
  const menu = h("details", { class: "menu" }, summary, sheet);
  const close = () => {
    menu.open = false;
    summary.focus();
  };
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    const buttons = items().map(({ label: name, run, kind }) =>
      button(name, {
        class: `button quiet ${kind ? "is-danger" : ""}`,
        onclick: () => {
          close();
          run();
        },
      }),
    );
    fill(sheet, ...buttons);
  });
  menu.addEventListener("keydown", (event) => event.key === "Escape" && menu.open && close());
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  return menu;
}
