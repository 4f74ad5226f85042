// @ts-check
// Every part of the kit, in the states a page can bring it into.

/** @import { Toasts } from "../../model/toasts.js" */

import { avatar, button, emptyState, Field, iconButton, liveChip, spinner } from "../kit/controls.js";
import { ask, openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";
import { icon, ICON_NAMES } from "../kit/icons.js";
import { actionMenu } from "../kit/menu.js";

/** @param {Toasts} toasts */
export function parts(toasts) {
  return [
    part("Buttons", "One primary button a view. Live is for going on air, and for nothing else.", [
      row(
        button("Save", { kind: "primary" }),
        button("Cancel", {}),
        button("Show more", { kind: "quiet" }),
        button("Go live", { kind: "live", icon: "camera" }),
        button("Delete", { kind: "danger" }),
        button("Wait", { kind: "primary", disabled: true }),
      ),
      row(
        iconButton("search", "Search", {}),
        iconButton("bell", "Notifications", {}),
        iconButton("close", "Close", {}),
      ),
    ]),
    part("Fields", "The hint stands before the mistake, the error in its place after it.", fields()),
    part("On air", "The caret of the wordmark, lit: the only warm colour on the page.", [
      row(liveChip(), liveChip("Live for 12 min"), h("span", { class: "chip" }, "Python")),
    ]),
    part("People", "A picture, or the first letter in the person's own hue.", [
      row(...["ada", "grace", "linus", "yuki"].map((name, i) => avatar({ id: String(i), username: name }))),
    ]),
    part("Nothing yet, and not yet", "An empty place says what will be here and how it gets here.", [
      emptyState({
        title: "No suggestions yet",
        text: "Select some lines to propose a change.",
        icon: "suggest",
        action: button("Show me how", { kind: "quiet" }),
      }),
      spinner("Loading the board"),
    ]),
    part("Over the page", "Undo rather than confirm; ask only before what cannot be taken back.", [
      row(
        button("A note with undo", {
          onclick: () => toasts.note("The post is gone.", { label: "Undo", run: () => {} }),
        }),
        button("An error", { onclick: () => toasts.error("The server does not answer.") }),
        button("A dialog", {
          onclick: () => openDialog("A dialog", () => [h("p", {}, "Escape closes it.")]),
        }),
        button("A question", {
          onclick: () =>
            void ask({
              title: "Delete the account?",
              text: "Your posts stay, without your name. This cannot be taken back.",
              action: "Delete the account",
            }),
        }),
        actionMenu("More", () => [
          { label: "Copy the link", run: () => toasts.note("Copied.") },
          { label: "Delete", run: () => {}, kind: "danger" },
        ]),
      ),
    ]),
    part("Icons", "Drawn on a grid of 24 with lines of 1.8. They never stand without words nearby.", [
      h(
        "ul",
        { class: "design-icons" },
        ...ICON_NAMES.map((name) => h("li", {}, icon(name, 22), h("span", { class: "small soft" }, name))),
      ),
    ]),
  ];
}

function fields() {
  const wrong = new Field("E-mail", h("input", { type: "email", value: "ada@" }));
  wrong.setError("This is not an e-mail address.");
  const chosen = h(
    "select",
    {},
    ...["Public", "Unlisted", "Private"].map((each) => h("option", {}, each)),
  );
  return [
    new Field("Title", h("input", { value: "A rate limiter from nothing" }), {
      hint: "What people read before they come in.",
    }).element,
    wrong.element,
    new Field("Who may watch", chosen).element,
    new Field("About", h("textarea", { rows: 3 }, "Counter, window, bucket.")).element,
  ];
}

/**
 * @param {string} title
 * @param {string} rule when it is used
 * @param {HTMLElement[]} examples
 */
function part(title, rule, examples) {
  return h(
    "section",
    { class: "design-part" },
    h("h3", {}, title),
    h("p", { class: "soft" }, rule),
    h("div", { class: "design-examples" }, ...examples),
  );
}

/** @param {...HTMLElement} children */
function row(...children) {
  return h("div", { class: "row" }, ...children);
}
