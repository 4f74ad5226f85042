// @ts-check
// Everybody's videos, the newest or the most watched first.

/** @import { App } from "../../app" */
/** @import { VideoSort } from "../../wire/videos.js" */

import { say } from "../../words/videos.js";
import { emptyState, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { Tabs } from "../kit/tabs.js";
import { View } from "../kit/view.js";
import { videoList } from "../video/videos.js";

/** @type {readonly { id: VideoSort, label: string }[]} */
const SORTS = [
  { id: "newest", label: say("newest") },
  { id: "popular", label: say("mostWatched") },
];

/**
 * @param {App} app
 * @param {string} search
 */
export function openVideos(app, search) {
  return new VideosPage(app, search);
}

class VideosPage extends View {
  title = say("videos");
  #panel = h("div");
  /** @type {View | null} */
  #list = null;

  /**
   * @param {App} app
   * @param {string} search
   */
  constructor(app, search) {
    super(h("div", { class: "page page-videos" }));
    const wanted = new URLSearchParams(search).get("sort");
    const chosen = SORTS.find(({ id }) => id === wanted)?.id ?? "newest";
    const tabs = new Tabs(
      { label: say("orderOfTheVideos"), tabs: SORTS, chosen, panel: this.#panel },
      (id) => {
        history.replaceState(null, "", `?sort=${id}`);
        this.#show(app, id === "popular" ? "popular" : "newest");
      },
    );
    this.element.append(
      h(
        "div",
        { class: "videos-head" },
        h("h1", {}, say("videos")),
        link("/upload", { class: "button primary", "data-testid": "open-upload" }, icon("upload"), h("span", {}, say("uploadAVideo"))),
      ),
      tabs.element,
      this.#panel,
    );
    this.whenDestroyed(() => this.#list?.destroy());
    this.#show(app, chosen);
  }

  /**
   * @param {App} app
   * @param {VideoSort} sort
   */
  #show(app, sort) {
    this.#list?.destroy();
    this.#list = videoList(app, (cursor) => app.rest.videos.list({ sort, cursor, limit: 24 }), {
      label: say("videos"),
      empty: () =>
        emptyState({
          title: say("noVideosYet"),
          text: say("aTalkAWalkThrough"),
          icon: "video",
          action: link("/upload", { class: "button plain" }, say("uploadAVideo")),
        }),
    });
    fill(this.#panel, this.#list.element);
  }
}
