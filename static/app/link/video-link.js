// @ts-check
// Keeps one video in step with the server: liked, watched, edited, deleted.

/** @import { App } from "../app" */
/** @import { Loaded } from "../model/loaded.js" */
/** @import { Video, VideoChange } from "../types-videos" */

import { Problem } from "../wire/problem.js";
import { say } from "../words/videos.js";
import { Likes } from "./likes.js";
import { load } from "./load.js";
import { pathToSignIn } from "./post-actions.js";
import { VideoWatch } from "./video-watch.js";

export class VideoLink {
  #app;
  #video;
  #id;
  #likes;
  #watch;

  /**
   * @param {App} app
   * @param {Loaded<Video>} video
   * @param {string} id
   */
  constructor(app, video, id) {
    this.#app = app;
    this.#video = video;
    this.#id = id;
    this.#likes = new Likes(app.rest.posts, app.toasts);
    this.#watch = new VideoWatch(app, (seen) => this.#processed(seen));
  }

  async open() {
    await load(this.#video, () => this.#app.rest.videos.see(this.#id));
    if (this.#video.value) this.#watch.begin(this.#video.value);
  }

  like() {
    if (!this.#app.session.user) return this.#app.go(pathToSignIn());
    const { value } = this.#video;
    if (value) void this.#likes.toggle("videos", value, (change) => this.#video.change(change));
  }

  /**
   * What the server makes of the file has nothing to do with what people do with the video meanwhile.
   * @param {Video} seen
   */
  #processed(seen) {
    const { liked, likes_count, comments_count, title, description, visibility, tags } =
      this.#video.value ?? seen;
    this.#video.set({ ...seen, liked, likes_count, comments_count, title, description, visibility, tags });
  }

  /** Once a page; the server counts a viewer once an hour. */
  async countView() {
    try {
      await this.#app.rest.videos.countView(this.#id);
    } catch (error) {
      // Nobody came to see their view counted.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** @param {VideoChange} change */
  async edit(change) {
    const edited = await this.#app.rest.videos.edit(this.#id, change);
    this.#video.set(edited);
    // What moderators have taken away stays private, whatever its owner wishes.
    if (change.visibility && edited.visibility !== change.visibility)
      this.#app.toasts.error(say("aModeratorTookThisVideo"));
  }

  /** @param {number} difference */
  countComments(difference) {
    const count = this.#video.value?.comments_count ?? 0;
    this.#video.change({ comments_count: count + difference });
  }

  remove() {
    this.#app.undo.offer({
      text: say("videoDeleted"),
      hides: `videos/${this.#id}`,
      send: () => this.#app.rest.videos.remove(this.#id),
    });
  }

  destroy() {
    this.#watch.end();
  }
}
