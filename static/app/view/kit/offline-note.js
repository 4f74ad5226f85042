// @ts-check
// Says that the computer is not connected, for as long as it is not. What is shown stays: it may be
// old, which is better than nothing.

import { say } from "../../words/site.js";
import { h, setText } from "./dom.js";
import { View } from "./view.js";

export class OfflineNote extends View {
  constructor() {
    super(
      h("p", { class: "banner offline-note", role: "status", hidden: true, "data-testid": "offline" }),
    );
    const render = () => {
      this.element.hidden = navigator.onLine;
      setText(this.element, navigator.onLine ? "" : say("offline"));
    };
    for (const event of ["online", "offline"]) {
      window.addEventListener(event, render);
      this.whenDestroyed(() => window.removeEventListener(event, render));
    }
    render();
  }
}
