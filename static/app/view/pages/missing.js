// @ts-check
// An address that leads nowhere.

import { emptyState, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class MissingPage extends View {
  title = "Not found";

  /** @param {string} [text] */
  constructor(text = "Nothing lives at this address. It may have been removed, or never was.") {
    super(h("div", { class: "page page-narrow", "data-testid": "missing" }));
    const home = link("/", { class: "button primary" }, "See what is live");
    this.element.append(
      h("h1", { class: "visually-hidden" }, "Not found"),
      emptyState({ title: "There is no such page", text, icon: "link", action: home }),
    );
  }
}
