// @ts-check
// The page whose parts could not be fetched. Whoever made it asks for them again until it is left.

import { say } from "../../words/site.js";
import { button, emptyState } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class UnloadedPage extends View {
  title = say("notLoaded");

  #leaving = new AbortController();

  /** @param {() => void} again */
  constructor(again) {
    super(h("div", { class: "page" }));
    this.element.append(
      h("h1", { class: "visually-hidden" }, say("notLoaded")),
      emptyState({
        title: say("thisPageDidNotLoad"),
        text: say("itsPartsCouldNotBe"),
        icon: "alert",
        action: button(say("tryAgain"), { onclick: again, icon: "rotate" }),
      }),
    );
    this.whenDestroyed(() => this.#leaving.abort());
  }

  /** Aborted when the page is left. */
  get left() {
    return this.#leaving.signal;
  }
}
