// @ts-check
// An address that leads nowhere.

import { say } from "../../words/site.js";
import { emptyState, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class MissingPage extends View {
  title = say("notFound");

  /** @param {string} [text] */
  constructor(text = say("nothingLivesAtThisAddress")) {
    super(h("div", { class: "page page-narrow", "data-testid": "missing" }));
    const home = link("/", { class: "button primary" }, say("seeWhatIsLive"));
    this.element.append(
      h("h1", { class: "visually-hidden" }, say("notFound")),
      emptyState({ title: say("thereIsNoSuchPage"), text, icon: "link", action: home }),
    );
  }
}
