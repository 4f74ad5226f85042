// @ts-check
// What its owner says of a video: title, description, tags, and who may see it.

/** @import { Video, VideoChange, Visibility } from "../../types-videos" */

import { say } from "../../words/videos.js";
import { Field } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";

const TITLE_MAX_CHARS = 100;
const DESCRIPTION_MAX_CHARS = 10_000;
const TAGS_HINT = say("tenAtMostWithSpaces");
const VISIBILITIES = /** @type {const} */ ([
  ["public", say("publicEverybodyFindsIt")],
  ["unlisted", say("unlistedWhoeverHasTheLink")],
  ["private", say("privateOnlyYouSeeIt")],
]);

export class DetailsForm {
  #title = h("input", { maxlength: TITLE_MAX_CHARS, required: true, name: "title" });
  #description = h("textarea", { rows: 5, maxlength: DESCRIPTION_MAX_CHARS, name: "description" });
  #tags = h("input", { name: "tags", autocapitalize: "none", spellcheck: "false" });
  #visibility = h(
    "select",
    { name: "visibility" },
    ...VISIBILITIES.map(([value, label]) => h("option", { value }, label)),
  );
  element;

  /**
   * @param {Pick<Video, "title" | "description" | "tags" | "visibility">} video
   * @param {{ action: string, done?: string, send: (change: VideoChange) => Promise<unknown> }} parts
   */
  constructor(video, { action, done, send }) {
    this.#title.value = video.title;
    this.#description.value = video.description ?? "";
    this.#tags.value = video.tags.join(" ");
    this.#visibility.value = video.visibility;
    this.element = new Form({
      fields: [
        new Field(say("title"), this.#title, { pointer: "/title" }),
        new Field(say("description"), this.#description, { pointer: "/description" }),
        new Field(say("tags"), this.#tags, { pointer: "/tags", hint: TAGS_HINT }),
        new Field(say("whoMaySeeIt"), this.#visibility, { pointer: "/visibility" }),
      ],
      action,
      ...(done ? { done } : {}),
      send: () => send(this.#change()),
      testId: "video-details",
    }).element;
  }

  focus() {
    this.#title.focus();
    this.#title.select();
  }

  /** @returns {VideoChange} */
  #change() {
    return {
      title: this.#title.value,
      description: this.#description.value.trim() || null,
      tags: this.#tags.value.split(/[\s,]+/).filter(Boolean),
      visibility: /** @type {Visibility} */ (this.#visibility.value),
    };
  }
}
