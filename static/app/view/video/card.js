// @ts-check
// One video in a grid or beside another: its picture, how long it is, whose.

/** @import { Video } from "../../types-videos" */

import { say } from "../../words/videos.js";
import { link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { countOf, formatAgo, formatDuration } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { miniature } from "../kit/miniature.js";

/** What its owner is told of one that others do not see yet. */
const STATES = {
  uploading: say("notUploadedToItsEnd"),
  processing: say("beingPrepared"),
  failed: say("failed"),
  ready: "",
};
const VISIBILITIES = { public: "", unlisted: say("unlisted"), private: say("onlyYou") };

export class VideoCard {
  #picture = h("span", { class: "video-picture" });
  #text = h("span", { class: "video-text" });
  element;

  /** @param {Video} video */
  constructor({ id }) {
    this.element = h(
      "li",
      { class: "video-card", "data-testid": "video-card" },
      link(`/videos/${id}`, { class: "video-link" }, this.#picture, this.#text),
    );
  }

  /** @param {Video} video */
  update(video) {
    const { title, user, status, visibility, views_count, created_at, duration } = video;
    const state = STATES[status] || VISIBILITIES[visibility];
    fill(
      this.#picture,
      videoPicture(video),
      duration !== null && h("span", { class: "video-length number" }, formatDuration(duration)),
    );
    fill(
      this.#text,
      h("span", { class: "video-title" }, title),
      h("span", { class: "soft small" }, user.username),
      h(
        "span",
        { class: "soft small" },
        state
          ? h("span", { class: `chip video-state is-${status}` }, state)
          : `${countOf(views_count, "view")} · ${formatAgo(created_at, Date.now())}`,
      ),
    );
  }
}

/** @param {Video} video */
function videoPicture({ id, user, status, thumbnail_url }) {
  if (thumbnail_url) return h("img", { src: thumbnail_url, alt: "", loading: "lazy" });
  const drawn = h("span", { class: "video-no-picture" }, miniature(id + user.username));
  drawn.append(icon(status === "failed" ? "alert" : "video", 28));
  return drawn;
}
