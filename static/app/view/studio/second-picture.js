// @ts-check
// The streamer's second picture in the studio: adding it, seeing it, and stopping either of the two.

/** @import { Publisher } from "../../model/publisher.js" */

import { kindBeside } from "../../link/second-picture-link.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/stage.js";
import { button } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { PreviewView, publisherWords } from "./preview.js";

/**
 * @typedef {object} SecondPictureActions
 * @property {() => Promise<void>} add
 * @property {() => Promise<void>} stop
 * @property {() => void} stopFirst
 */

export class SecondPictureView extends View {
  #first;
  #second;
  #state = h("figcaption", { class: "soft small", role: "status", "data-testid": "second-state" });
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #add;
  #stop;
  #stopFirst;

  /**
   * @param {{ first: Publisher, second: Publisher }} publishers
   * @param {SecondPictureActions} actions
   */
  constructor({ first, second }, actions) {
    super(h("div", { class: "second-picture monitor", "data-testid": "second-picture" }));
    this.#first = first;
    this.#second = second;
    const preview = this.own(
      new PreviewView(
        second,
        { preview: () => void this.#try(actions.add) },
        { label: say("secondPicture"), testId: "second-preview" },
      ),
    );
    this.element.append(preview.element, this.#state);
    this.#add = button("", {
      "data-testid": "second-add",
      onclick: () => void this.#try(actions.add),
    });
    this.#stop = button("", {
      "data-testid": "second-stop",
      onclick: () => void this.#try(actions.stop),
    });
    this.#stopFirst = button("", {
      "data-testid": "first-stop",
      onclick: () => actions.stopFirst(),
    });
    /** What can be done, to stand below the pictures. */
    this.actions = h(
      "div",
      { class: "picture-actions" },
      this.#add,
      this.#stop,
      this.#stopFirst,
      this.#problem,
    );
    this.watch([first, second], () => this.#render());
  }

  #render() {
    const isCapturing = Boolean(navigator.mediaDevices?.getDisplayMedia);
    const isOn = this.#second.isOnAir;
    const kind = kindBeside(this.#first);
    const source = this.#second.choices.source === "camera" ? "camera" : "screen";
    this.element.hidden = !isOn;
    this.element.dataset.state = this.#second.state;
    this.#add.hidden = isOn || !this.#first.isOnAir || (kind === "screen" && !isCapturing);
    this.#stop.hidden = !isOn;
    const isBoth = isOn && this.#first.media !== null && this.#first.choices.source !== "encoder";
    this.#stopFirst.hidden = !isBoth;
    setLabel(this.#add, say("add", { kind }));
    setLabel(this.#stop, say("stop", { kind: source }));
    setLabel(this.#stopFirst, say("stop", { kind: source === "camera" ? "screen" : "camera" }));
    const [word, sentence] = publisherWords(this.#second);
    setText(this.#state, `${say("yours", { kind: source })}: ${[word, sentence].filter(Boolean).join(". ")}`);
  }

  /** @param {() => Promise<void>} action */
  async #try(action) {
    this.#problem.hidden = true;
    this.#add.disabled = true;
    try {
      await action();
    } catch (error) {
      setText(this.#problem, sentenceFor(error));
      this.#problem.hidden = false;
    }
    this.#add.disabled = false;
  }
}

/**
 * @param {HTMLButtonElement} element
 * @param {string} text
 */
function setLabel(element, text) {
  setText(element.querySelector("span") ?? element, text);
}
