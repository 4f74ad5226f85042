// @ts-check
// How far an upload has got, what holds it up, what has become of it.

/** @import { UploadModel } from "../../model/upload.js" */
/** @import { Uploads } from "../pages/upload.js" */
/** @import { Child } from "../kit/dom.js" */

import { say } from "../../words/videos.js";
import { button, link } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { formatBytes, formatCountdown } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

export class UploadState extends View {
  #name = h("p", { class: "upload-name" });
  #bar = h("progress", { class: "upload-bar", max: 1, "aria-label": say("sent") });
  #numbers = h("p", { class: "soft small number upload-numbers" });
  /** Said aloud when it changes, which the numbers are not. */
  #sentence = h("p", { class: "upload-sentence", role: "status", "data-testid": "upload-sentence" });
  #actions = h("div", { class: "row" });
  #shown = "";
  #uploads;

  /** @param {Uploads} uploads */
  constructor(uploads) {
    super(h("section", { class: "upload-state", "aria-label": say("yourUpload") }));
    this.#uploads = uploads;
    this.element.append(this.#name, this.#bar, this.#numbers, this.#sentence, this.#actions);
    this.watch([uploads.model], () => this.#render(uploads.model));
  }

  /** @param {UploadModel} model */
  #render(model) {
    const { state, name, size, sent, video } = model;
    this.element.dataset.state = state;
    setAttributes(this.element, { "data-testid": "upload-state", "data-video": video?.status });
    setText(this.#name, name);
    const isUnderWay = ["sending", "paused", "waiting"].includes(state);
    this.#bar.hidden = !isUnderWay;
    this.#bar.value = size ? sent / size : 0;
    setText(this.#numbers, isUnderWay ? numbers(model) : "");
    setText(this.#sentence, sentence(model));
    // Buttons are made anew only when others are needed: one of them may have the focus.
    const shown = `${state} ${state === "arrived" ? video?.status : ""} ${model.isDescribed}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    fill(this.#actions, ...this.#buttons(model));
  }

  /**
   * @param {UploadModel} model
   * @returns {Child[]}
   */
  #buttons({ state, video }) {
    const { link: uploadLink } = this.#uploads;
    const pause = button(say("pause"), { icon: "pause", onclick: () => uploadLink.pause(), "data-testid": "upload-pause" });
    const resume = button(say("goOn"), { icon: "play", kind: "primary", onclick: () => uploadLink.resume(), "data-testid": "upload-resume" });
    const cancel = button(say("giveUp"), { kind: "quiet", onclick: () => uploadLink.giveUp(), "data-testid": "upload-give-up" });
    const another = button(say("uploadAnother"), { onclick: () => void uploadLink.startOver() });
    if (state === "sending") return [pause, cancel];
    if (state === "paused" || state === "waiting") return [resume, cancel];
    if (state === "refused") return [another];
    if (video?.status === "ready")
      return [
        link(`/videos/${video.id}`, { class: "button primary", "data-testid": "upload-watch" }, icon("play"), h("span", {}, say("watchIt"))),
        another,
      ];
    return video?.status === "failed" ? [another] : [];
  }
}

/** @param {UploadModel} model */
function numbers({ sent, size, remaining, state }) {
  const part = size ? Math.floor((100 * sent) / size) : 0;
  const some = say("partSent", { part, sent: formatBytes(sent), size: formatBytes(size) });
  if (state !== "sending" || remaining === null) return some;
  return `${some}, ${say("timeLeftOf", { time: formatCountdown(remaining * 1000) })}`;
}

/** @param {UploadModel} model */
function sentence({ state, problem, video, isDescribed }) {
  switch (state) {
    case "sending":
      return say("uploadingYouMayLookAround");
    case "paused":
      return say("pausedWhatHasBeenSent");
    case "waiting":
      return say("itGoesOnWhereIt", { problem });
    case "refused":
      return problem;
    case "arrived":
      return afterwards(video?.status, { failure: video?.failure ?? "", isDescribed });
    default:
      return "";
  }
}

/**
 * @param {string | undefined} status of the video
 * @param {{ failure: string, isDescribed: boolean }} about
 */
function afterwards(status, { failure, isDescribed }) {
  if (status === "failed") return say("fileCannotBeUsed", { why: failure || say("noReasonGiven") });
  if (status !== "ready") return say("allOfItHasArrived");
  return isDescribed ? say("yourVideoIsReady") : say("yourVideoIsReadyOnly");
}
