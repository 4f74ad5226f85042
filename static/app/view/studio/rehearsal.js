// @ts-check
// A test before going live: five seconds as they would be sent, and what to make of them.

/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Rehearsal } from "../../model/rehearsal.js" */

import { say } from "../../words/rehearsal.js";
import { button } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class RehearsalView extends View {
  #publisher;
  #rehearsal;
  #video = h("video", { controls: true, playsinline: true, "aria-label": say("recording") });
  #status = h("p", { class: "small soft", role: "status", "data-testid": "rehearsal-status" });
  #start;
  #clear;
  #body = h("div", { class: "rehearsal-body" });

  /**
   * @param {{ publisher: Publisher, rehearsal: Rehearsal }} models
   * @param {{ start: () => void, clear: () => void }} actions
   */
  constructor({ publisher, rehearsal }, { start, clear }) {
    super(h("section", { class: "rehearsal", "aria-label": say("test"), "data-testid": "rehearsal" }));
    this.#publisher = publisher;
    this.#rehearsal = rehearsal;
    this.#start = button(say("test"), {
      icon: "play",
      onclick: start,
      "data-testid": "rehearsal-start",
    });
    this.#clear = button(say("discard"), { kind: "quiet", onclick: clear });
    this.element.append(
      h("div", { class: "row" }, this.#start, this.#clear, this.#status),
      this.#body,
    );
    this.watch([publisher, rehearsal], () => this.#render());
  }

  #render() {
    const { state, address } = this.#rehearsal;
    const { media, choices } = this.#publisher;
    this.element.hidden = choices.source === "encoder" || (!media && state === "idle");
    this.element.dataset.state = state;
    this.#start.disabled = !media || state === "recording";
    this.#clear.hidden = state !== "ready";
    setText(this.#status, this.#sentence());
    fill(this.#body, state === "ready" && this.#video);
    if (state !== "ready") this.#video.removeAttribute("src");
    else if (this.#video.getAttribute("src") !== address) {
      this.#video.src = address;
      // It begins by itself where the browser lets it; its own controls are there in any case.
      void this.#video.play().catch(() => null);
    }
  }

  #sentence() {
    const { state, secondsLeft, loudest, isSilent } = this.#rehearsal;
    if (state === "recording") return say("goesOn", { count: secondsLeft });
    if (state === "failed") return say("failed");
    if (state === "idle") return say("hint");
    if (loudest === null) return say("noSound");
    return isSilent ? say("silent") : say("heard");
  }
}
