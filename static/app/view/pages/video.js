// @ts-check
// One video: its player, what is said of it, what people say to it, and what else there is.

/** @import { App } from "../../app" */
/** @import { Video } from "../../types-videos" */

import { ThreadLink } from "../../link/thread-link.js";
import { VideoLink } from "../../link/video-link.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/videos.js";
import { emptyState, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { ThreadView } from "../post/thread.js";
import { VideoHead } from "../video/head.js";
import { VideoPlayer } from "../video/player.js";
import { unreadyStage } from "../video/stage.js";
import { videoList } from "../video/videos.js";

const OTHERS = 8;

/**
 * @param {App} app
 * @param {string} id
 * @param {string} search
 */
export function openVideo(app, id, search) {
  /** @type {Loaded<Video>} */
  const video = new Loaded();
  const link = new VideoLink(app, video, id);
  void link.open();
  const page = new LoadedView(video, {
    class: "page page-video",
    missing: say("thereIsNoSuchVideo"),
    again: () => void link.open(),
    ready: () => new VideoView(app, video, { link, search }),
  });
  page.own(link);
  return Object.assign(page, { title: say("video") });
}

class VideoView extends View {
  /** @type {VideoPlayer | null} */
  #player = null;
  #shown = "";

  /**
   * @param {App} app
   * @param {Loaded<Video>} video
   * @param {{ link: VideoLink, search: string }} parts
   */
  constructor(app, video, { link, search }) {
    super(h("div", { class: "video-page" }));
    const id = video.value?.id ?? "";
    const stage = h("div", { class: "video-stage" });
    const startS = Number(new URLSearchParams(search).get("t")) || 0;
    const head = this.own(new VideoHead(app, video, { link, player: () => this.#player }));
    const comments = h("div");
    const thread = new ThreadLink(app, { kind: "videos", id }, (difference) =>
      link.countComments(difference),
    );
    this.element.append(
      h("div", { class: "video-main" }, stage, head.element, comments),
      h(
        "aside",
        { class: "video-aside", "aria-labelledby": "more-videos" },
        h("h2", { id: "more-videos" }, say("moreVideos")),
        this.own(others(app, id)).element,
      ),
    );
    this.whenDestroyed(() => this.#player?.destroy());
    const whole = [...this.element.children];
    this.watch([app.undo], () => {
      const place = `videos/${id}`;
      if (app.undo.hides(place)) fill(this.element, gone(app, app.undo.canUndo(place)));
      else fill(this.element, ...whole);
    });
    this.watch([video], () => {
      const { value } = video;
      if (!value) return;
      document.title = `${value.title} · Vibecast`;
      if (this.#shown === value.status) return;
      this.#shown = value.status;
      if (value.status !== "ready") return fill(stage, unreadyStage(value));
      this.#player = new VideoPlayer(value, { startS, watched: () => void link.countView() });
      fill(stage, this.#player.element);
      fill(comments, this.own(new ThreadView(app, thread)).element);
    });
  }
}

/**
 * @param {App} app
 * @param {boolean} canUndo
 */
function gone({ session }, canUndo) {
  const own = `/users/${session.user?.username ?? ""}?part=videos`;
  return emptyState({
    title: say("yourVideoIsDeleted"),
    text: canUndo ? say("youCanStillUndoIt") : say("itsCommentsAndLikesToo"),
    action: link(own, { class: "button plain" }, say("toYourVideos")),
  });
}

/**
 * @param {App} app
 * @param {string} id
 */
function others(app, id) {
  return videoList(
    app,
    async () => {
      const { items } = await app.rest.videos.list({ limit: OTHERS + 1 });
      return { items: items.filter((video) => video.id !== id).slice(0, OTHERS), next: null };
    },
    {
      label: say("moreVideos"),
      class: "video-rows",
      empty: () => h("p", { class: "soft" }, say("thisIsTheOnlyOne")),
    },
  );
}
