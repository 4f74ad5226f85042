// @ts-check
// Keeps an eye on a video until it is ready or has failed: the server says so over the connection,
// and is asked now and then in case that was missed.

/** @import { App } from "../app" */
/** @import { Video } from "../types-videos" */

import { Problem } from "../wire/problem.js";

const ASK_EVERY_MS = 4_000;

export class VideoWatch {
  #app;
  #changed;
  #id = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {(() => void)[]} */
  #undo = [];

  /**
   * @param {App} app
   * @param {(video: Video) => void} changed
   */
  constructor(app, changed) {
    this.#app = app;
    this.#changed = changed;
  }

  /** @param {Video} video */
  begin({ id, status }) {
    this.end();
    if (status === "ready" || status === "failed") return;
    this.#id = id;
    const { socket } = this.#app;
    this.#undo = [
      socket.hold(),
      socket.listen("video:state", (told) => told.id === id && void this.#ask()),
    ];
    void this.#ask();
  }

  end() {
    this.#id = "";
    clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  async #ask() {
    const id = this.#id;
    clearTimeout(this.#timer);
    try {
      const video = await this.#app.rest.videos.see(id);
      if (id !== this.#id) return;
      this.#changed(video);
      if (video.status === "ready" || video.status === "failed") return this.end();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    if (id === this.#id) this.#timer = setTimeout(() => void this.#ask(), ASK_EVERY_MS);
  }
}
