// @ts-check
// The page whose parts could not be fetched.

import { button, emptyState } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class UnloadedPage extends View {
  title = "Not loaded";

  constructor() {
    super(h("div", { class: "page" }));
    this.element.append(
      h("h1", { class: "visually-hidden" }, "Not loaded"),
      emptyState({
        title: "This page did not load",
        text: "Its parts could not be fetched. Look whether you are connected, then try again.",
        icon: "alert",
        action: button("Try again", { onclick: () => window.location.reload(), icon: "rotate" }),
      }),
    );
  }
}
