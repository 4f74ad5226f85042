// @ts-check
// The page whose parts could not be fetched.

import { say } from "../../words/site.js";
import { button, emptyState } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class UnloadedPage extends View {
  title = say("notLoaded");

  constructor() {
    super(h("div", { class: "page" }));
    this.element.append(
      h("h1", { class: "visually-hidden" }, say("notLoaded")),
      emptyState({
        title: say("thisPageDidNotLoad"),
        text: say("itsPartsCouldNotBe"),
        icon: "alert",
        action: button(say("tryAgain"), { onclick: () => window.location.reload(), icon: "rotate" }),
      }),
    );
  }
}
