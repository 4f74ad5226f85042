// @ts-check
// Where a video is dropped or chosen.

import { say } from "../../words/videos.js";
import { button } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";

const ACCEPTED = "video/mp4,video/quicktime,video/webm,video/x-matroska,.mkv";

export class DropZone {
  element;

  /** @param {(file: File) => void} choose */
  constructor(choose) {
    const chooser = fileChooser(choose, "upload-file");
    const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ isOver) => {
      event.preventDefault();
      this.element.classList.toggle("is-dropping", isOver);
    };
    this.element = h(
      "div",
      {
        class: "drop-zone",
        "data-testid": "drop-zone",
        ondragover: (/** @type {DragEvent} */ event) => over(event, true),
        ondragleave: (/** @type {DragEvent} */ event) => over(event, false),
        ondrop: (/** @type {DragEvent} */ event) => {
          over(event, false);
          const file = event.dataTransfer?.files[0];
          if (file) choose(file);
        },
      },
      h("span", { class: "drop-zone-icon" }, icon("upload", 30)),
      h("p", { class: "empty-title" }, say("dropAVideoHereOr")),
      h("p", { class: "soft" }, say("mp4QuicktimeWebmOrMatroska")),
      button(say("chooseAFile"), { kind: "primary", onclick: () => chooser.click() }),
      chooser,
    );
  }
}

/**
 * @param {(file: File) => void} choose
 * @param {string} testId
 */
export function fileChooser(choose, testId) {
  const input = h("input", {
    type: "file",
    accept: ACCEPTED,
    hidden: true,
    "data-testid": testId,
    onchange: () => {
      const file = input.files?.[0];
      // The same file may be chosen again.
      input.value = "";
      if (file) choose(file);
    },
  });
  return input;
}
