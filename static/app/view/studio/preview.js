// @ts-check
// What the devices give now: the picture, and a meter for the sound.

/** @import { Publisher } from "../../model/publisher.js" */

import { say } from "../../words/studio.js";
import { button } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

/** The meter's needle falls by this much a reading, so that a short sound can be seen. */
const FALL = 0.06;

export class PreviewView extends View {
  #publisher;
  #video = h("video", { autoplay: true, playsinline: true, muted: true });
  #cover = h("div", { class: "preview-cover" });
  #meter = h("div", {
    class: "meter",
    role: "meter",
    "aria-label": say("microphoneLevel"),
    "aria-valuemin": "0",
    "aria-valuemax": "100",
    "aria-valuenow": "0",
  });
  #needle = h("span", { class: "meter-level" });
  #shown = 0;
  #actions;

  /**
   * @param {Publisher} publisher
   * @param {{ preview: () => void }} actions
   * @param {{ label?: string, testId?: string }} [about] where there is more than one
   */
  constructor(publisher, actions, { label = say("yourPicture"), testId = "preview" } = {}) {
    super(h("figure", { class: "preview" }));
    this.#publisher = publisher;
    this.#actions = actions;
    setAttributes(this.#video, { "aria-label": label, "data-testid": testId });
    this.#video.muted = true;
    this.#meter.append(this.#needle);
    this.element.append(
      h("div", { class: "preview-picture" }, this.#video, this.#cover),
      this.#meter,
    );
    this.whenDestroyed(publisher.loudness.listen((level) => this.#showLevel(level)));
    this.watch([publisher], () => this.#render());
  }

  #render() {
    const { media, choices } = this.#publisher;
    if (this.#video.srcObject !== media) this.#video.srcObject = media;
    this.#video.classList.toggle("is-mirrored", choices.source === "camera");
    this.#meter.hidden = !media || media.getAudioTracks().length === 0;
    this.#cover.hidden = media !== null;
    if (!media) fill(this.#cover, ...this.#coverParts());
  }

  #coverParts() {
    const { isOpening, captureProblem, choices } = this.#publisher;
    if (isOpening) return [h("p", {}, say("openingTheDevices"))];
    if (choices.source === "encoder") {
      return [icon("encoder", 30), h("p", {}, say("thePictureComesFromAnother"))];
    }
    const isCamera = choices.source === "camera";
    const open = button(isCamera ? say("allowCameraAndMicrophone") : say("chooseAScreen"), {
      onclick: () => this.#actions.preview(),
    });
    const text =
      captureProblem || (isCamera ? say("seeYourselfBeforeOthersDo") : say("aWindowATabOr"));
    return [
      icon(isCamera ? "camera" : "screen", 30),
      h("p", { role: captureProblem ? "alert" : null }, text),
      open,
    ];
  }

  /** @param {number} level */
  #showLevel(level) {
    this.#shown = Math.max(level, this.#shown - FALL);
    this.#needle.style.transform = `scaleX(${this.#shown})`;
    this.#needle.classList.toggle("is-loud", this.#shown > 0.95);
    this.#meter.setAttribute("aria-valuenow", String(Math.round(this.#shown * 100)));
  }
}

/**
 * A word and a sentence for each state of a broadcast.
 * @param {Publisher} publisher
 * @returns {[string, string]}
 */
export function publisherWords({ state, problem }) {
  switch (state) {
    case "preparing":
      return [say("preparing"), say("gettingTheStreamAndYour")];
    case "connecting":
      return [say("connecting"), say("nearlyOnAir")];
    case "live":
      return [say("onAir"), ""];
    case "reconnecting":
      return [say("reconnecting"), problem || say("viewersKeepWaitingInThe")];
    case "encoder":
      return [say("waitingForYourEncoder"), say("startItWithTheAddress")];
    case "interrupted":
      return [say("interrupted"), problem];
    case "ended":
      return [say("ended"), ""];
    default:
      return [say("offAir"), ""];
  }
}

/**
 * The state of a broadcast in a word; `data-state` holds the model's own.
 * @param {Publisher} publisher
 */
export class PublisherStateView extends View {
  /**
   * @param {Publisher} publisher
   * @param {() => boolean} isPublishing whether the server receives a picture, from whichever program
   * @param {import("../../model/observable.js").Observable[]} others models it depends on
   */
  constructor(publisher, isPublishing, others) {
    const word = h("strong", {});
    const sentence = h("span", { class: "soft" });
    super(
      h(
        "p",
        { class: "publisher-state", role: "status", "data-testid": "publisher-state" },
        h("span", { class: "caret" }),
        word,
        sentence,
      ),
    );
    this.watch([publisher, ...others], () => {
      const isFed = publisher.state === "encoder" && isPublishing();
      const [name, text] = isFed
        ? [say("onAir"), say("fromYourEncoder")]
        : publisherWords(publisher);
      this.element.dataset.streamId = publisher.streamId ?? "";
      this.element.dataset.state = isFed ? "live" : publisher.state;
      setText(word, name);
      setText(sentence, text);
    });
  }
}
