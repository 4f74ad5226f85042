// @ts-check
// The player of a video: the browser's own, which every keyboard and screen reader knows. It asks the
// server for the parts it needs. `?t=90` in the address begins there.

/** @import { Video } from "../../types-videos" */

import { ViewMeter } from "../../model/view-meter.js";
import { say } from "../../words/videos.js";
import { button, emptyState } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";

export class VideoPlayer extends View {
  #video;

  /**
   * @param {Video} video that is ready
   * @param {{ startS: number, watched: () => void }} parts
   */
  constructor(video, { startS, watched }) {
    super(h("div", { class: "video-player" }));
    const { video_url, thumbnail_url, width, height, title, duration } = video;
    const meter = new ViewMeter(watched);
    const durationMs = (duration || 1) * 1000;
    this.#video = h("video", {
      controls: true,
      playsinline: true,
      preload: "metadata",
      src: startS > 0 ? `${video_url}#t=${startS}` : video_url,
      poster: thumbnail_url,
      width,
      height,
      "aria-label": title,
      "data-testid": "video",
      onplaying: () => meter.moved(performance.now(), durationMs),
      ontimeupdate: () => !this.#video.seeking && meter.moved(performance.now(), durationMs),
      onpause: () => meter.stopped(),
      onseeking: () => meter.stopped(),
      onwaiting: () => meter.stopped(),
      onerror: () => this.#failed(),
    });
    if (width && height) this.element.style.setProperty("--shape", `${width} / ${height}`);
    this.element.append(this.#video);
    this.whenDestroyed(() => {
      // Else a page that nobody sees goes on loading it.
      this.#video.removeAttribute("src");
      this.#video.load();
    });
  }

  /** In whole seconds. */
  get at() {
    return Math.floor(this.#video.currentTime);
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.#video.currentTime = seconds;
    void this.#video.play().catch(() => {
      // Not allowed by itself: it stands there and waits for its own button.
    });
    this.element.scrollIntoView({ block: "nearest" });
  }

  #failed() {
    if (!this.#video.hasAttribute("src")) return;
    const again = () => {
      fill(this.element, this.#video);
      this.#video.load();
    };
    fill(
      this.element,
      emptyState({
        title: say("thisVideoDoesNotPlay"),
        text: say("theConnectionWasLostOr"),
        icon: "alert",
        action: button(say("tryAgain"), { icon: "rotate", onclick: again }),
      }),
    );
  }
}
