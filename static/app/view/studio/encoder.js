// @ts-check
// The address and the key for OBS and other programs that speak WHIP.

/** @import { Publisher } from "../../model/publisher.js" */

import { say } from "../../words/studio.js";
import { button } from "../kit/controls.js";
import { copyField } from "../kit/clipboard.js";
import { ask } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class EncoderView extends View {
  #publisher;
  #fields = h("div", { class: "form" });
  #shownKey = "";

  /**
   * @param {Publisher} publisher
   * @param {{ rotateKey: () => Promise<void> }} actions
   */
  constructor(publisher, { rotateKey }) {
    super(
      h(
        "details",
        { class: "fold encoder", "data-testid": "encoder" },
        h("summary", {}, say("streamFromObsOrAnother")),
      ),
    );
    this.#publisher = publisher;
    const rotate = button(say("newKey"), {
      kind: "quiet",
      icon: "rotate",
      "data-testid": "rotate-key",
      onclick: async () => {
        const isSure = await ask({
          title: say("giveThisStreamANew"),
          text: say("theOldKeyStopsWorking"),
          action: say("newKey"),
        });
        if (isSure) await rotateKey();
      },
    });
    this.element.append(
      h(
        "div",
        { class: "fold-body" },
        h("p", { class: "soft small" }, say("serviceWhipTheKeyIs")),
        this.#fields,
        rotate,
      ),
    );
    if (publisher.state === "encoder") this.element.setAttribute("open", "");
    this.watch([publisher], () => this.#render());
  }

  #render() {
    const { streamKey } = this.#publisher;
    if (!streamKey || streamKey === this.#shownKey) return;
    this.#shownKey = streamKey;
    const address = new URL("/whip", window.location.href).href;
    fill(
      this.#fields,
      copyField(say("whipAddress"), { value: address }),
      copyField(say("streamKey"), { value: streamKey, isSecret: true }),
    );
  }
}
