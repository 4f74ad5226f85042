// @ts-check
// Where a file becomes a video: chosen or dropped, sent, described, prepared. The upload itself lives
// as long as the page of the browser; this shows it.

/** @import { App } from "../../app" */
/** @import { Video } from "../../types-videos" */

import { UploadLink } from "../../link/upload-link.js";
import { UploadModel } from "../../model/upload.js";
import { say } from "../../words/videos.js";
import { button, link } from "../kit/controls.js";
import { KeyedList, fill, h } from "../kit/dom.js";
import { formatBytes } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";
import { DropZone, fileChooser } from "../upload/drop-zone.js";
import { UploadState } from "../upload/state.js";
import { DetailsForm } from "../video/details-form.js";

/** @typedef {{ model: UploadModel, link: UploadLink }} Uploads */

/**
 * @param {App} app
 * @returns {Uploads}
 */
export function makeUploads(app) {
  const model = new UploadModel();
  return { model, link: new UploadLink(app, model) };
}

export class UploadPage extends View {
  title = say("uploadAVideo");
  #uploads;
  #details = h("div", { class: "upload-details" });
  /** The video whose form stands there: it is not made anew while somebody types. */
  #described = "";

  /** @param {Uploads} uploads */
  constructor(uploads) {
    super(h("div", { class: "page page-upload" }));
    this.#uploads = uploads;
    const { model, link: uploadLink } = uploads;
    if (["arrived", "refused"].includes(model.state) && model.video?.status !== "processing") {
      void uploadLink.forget();
    }
    const zone = new DropZone((file) => void uploadLink.choose(file));
    const state = this.own(new UploadState(uploads));
    const unfinished = this.#unfinished();
    this.element.append(
      h("h1", {}, say("uploadAVideo")),
      h("div", { class: "upload-place" }, zone.element, state.element),
      this.#details,
      unfinished,
    );
    this.watch([model], () => {
      const isNone = model.state === "none";
      zone.element.hidden = !isNone;
      state.element.hidden = isNone;
      unfinished.hidden = !isNone || model.unfinished.length === 0;
      this.#showDetails(model.state === "refused" ? null : model.video);
    });
    void uploadLink.findUnfinished();
  }

  /** @param {Video | null} video */
  #showDetails(video) {
    const key = video && video.status !== "failed" ? video.id : "";
    if (key === this.#described) return;
    this.#described = key;
    if (!key || !video) return fill(this.#details);
    const { model, link: uploadLink } = this.#uploads;
    // Private until its owner says otherwise, which most will.
    const wished = model.isDescribed ? video : { ...video, visibility: /** @type {const} */ ("public") };
    const form = new DetailsForm(wished, {
      action: say("publish"),
      done: say("savedWhatYouSayHere"),
      send: (change) => uploadLink.describe(change),
    });
    fill(
      this.#details,
      h("h2", {}, say("aboutTheVideo")),
      h("p", { class: "soft" }, say("onlyYouSeeItUntil")),
      form.element,
    );
    form.focus();
  }

  /** What was begun before, here or elsewhere, and waits for its file. */
  #unfinished() {
    const { model, link: uploadLink } = this.#uploads;
    const list = h("ul", { class: "unfinished" });
    /** @type {KeyedList<(typeof model.unfinished)[number]>} */
    const rows = new KeyedList(
      list,
      ({ upload }) => upload.id,
      (begun) => {
        const { upload, video } = begun;
        const part = Math.floor((100 * upload.sent) / upload.size);
        const chooser = fileChooser((file) => uploadLink.goOn(begun, file), "unfinished-file");
        const element = h(
          "li",
          { class: "unfinished-row", "data-testid": "unfinished" },
          icon("video", 22),
          h(
            "div",
            { class: "unfinished-text" },
            link(`/videos/${video.id}`, { class: "video-title" }, video.title),
            h("span", { class: "soft small" }, `${upload.name} · ${say("partOf", { part, size: formatBytes(upload.size) })}`),
          ),
          button(say("chooseTheFileAgain"), { onclick: () => chooser.click() }),
          button(say("giveUp"), { kind: "quiet", onclick: () => uploadLink.discard(begun) }),
          chooser,
        );
        return { element, update: () => {} };
      },
    );
    this.watch([model], () => rows.set(model.unfinished));
    return h(
      "section",
      { class: "upload-unfinished", "aria-labelledby": "unfinished-title" },
      h("h2", { id: "unfinished-title" }, say("notAtTheirEnd")),
      h("p", { class: "soft" }, say("chooseTheSameFile")),
      list,
    );
  }
}
