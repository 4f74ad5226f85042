// @ts-check
// Everybody's videos, the newest or the most watched first.

/** @import { App } from "../../app" */
/** @import { VideoSort } from "../../wire/videos.js" */

import { emptyState, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { Tabs } from "../kit/tabs.js";
import { View } from "../kit/view.js";
import { videoList } from "../video/videos.js";

/** @type {readonly { id: VideoSort, label: string }[]} */
const SORTS = [
  { id: "newest", label: "Newest" },
  { id: "popular", label: "Most watched" },
];

/**
 * @param {App} app
 * @param {string} search
 */
export function openVideos(app, search) {
  return new VideosPage(app, search);
}

class VideosPage extends View {
  title = "Videos";
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
      { label: "Order of the videos", tabs: SORTS, chosen, panel: this.#panel },
      (id) => {
        history.replaceState(null, "", `?sort=${id}`);
        this.#show(app, id === "popular" ? "popular" : "newest");
      },
    );
    this.element.append(
      h(
        "div",
        { class: "videos-head" },
        h("h1", {}, "Videos"),
        link("/upload", { class: "button primary", "data-testid": "open-upload" }, icon("upload"), h("span", {}, "Upload a video")),
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
  #show({ rest }, sort) {
    this.#list?.destroy();
    this.#list = videoList((cursor) => rest.videos.list({ sort, cursor, limit: 24 }), {
      label: "Videos",
      empty: () =>
        emptyState({
          title: "No videos yet",
          text: "A talk, a walk through your code, the best minutes of a stream: yours can be the first.",
          icon: "video",
          action: link("/upload", { class: "button plain" }, "Upload a video"),
        }),
    });
    fill(this.#panel, this.#list.element);
  }
}
