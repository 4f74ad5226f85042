// @ts-check
// Brings a file to the server and a video out of it. It lives as long as the page, so an upload goes
// on while one looks around; what a reload or another device ended goes on with the same file.

/** @import { App } from "../app" */
/** @import { UploadModel } from "../model/upload.js" */
/** @import { BegunUpload, Video, VideoChange } from "../types-videos" */

import { Problem, sentenceFor } from "../wire/problem.js";
import { Uploading } from "../wire/uploading.js";
import { say } from "../words/videos.js";
import { VideoWatch } from "./video-watch.js";

const SUFFIX = /\.(mp4|m4v|mov|webm|mkv)$/i;
const TITLE_CHARS = 100;
/** When the browser does not notice that the server is there again. */
const TRY_AGAIN_MS = 15_000;

export class UploadLink {
  #app;
  #upload;
  /** @type {Uploading | null} */
  #uploading = null;
  #watch;
  /** Whoever leaves the page is asked while bytes are under way. */
  #leave = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();

  /**
   * @param {App} app
   * @param {UploadModel} upload
   */
  constructor(app, upload) {
    this.#app = app;
    this.#upload = upload;
    this.#watch = new VideoWatch(app, (video) => upload.set({ video }));
    window.addEventListener("online", () => this.#tryAgain());
    upload.subscribe(() => this.#guard());
    app.session.subscribe(() => app.session.user === null && void this.forget());
  }

  /** Ask which uploads were begun and not ended. */
  async findUnfinished() {
    const { rest, session } = this.#app;
    if (!session.user) return;
    try {
      const { items } = await rest.videos.list({ user: session.user.username, limit: 50 });
      const begun = items.filter(({ id, upload_id }) => upload_id && !this.#isElsewhere(id));
      const found = await Promise.all(begun.map((video) => this.#begun(video)));
      this.#upload.set({ unfinished: found.filter((each) => each !== null) });
    } catch (error) {
      // The page works without them.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** @param {File} file */
  async choose(file) {
    if (["sending", "paused", "waiting"].includes(this.#upload.state)) {
      return this.#app.toasts.error(say("oneFileAfterTheOther"));
    }
    if (!SUFFIX.test(file.name) && !file.type.startsWith("video/")) {
      return this.#app.toasts.error(say("isNoMp4QuicktimeWebm", { name: file.name }));
    }
    const { unfinished } = this.#upload;
    const known = unfinished.find(({ upload }) => isSame(upload, file));
    if (known) return this.#begin(file, known);
    this.#begin(file, null);
  }

  /**
   * Go on with one that was begun, if this is its file.
   * @param {{ upload: BegunUpload, video: Video }} begun
   * @param {File} file
   */
  goOn(begun, file) {
    if (isSame(begun.upload, file)) return this.#begin(file, begun);
    this.#app.toasts.error(say("thatIsAnotherFileChoose", { name: begun.upload.name }));
  }

  pause() {
    this.#upload.setState("paused");
    void this.#uploading?.pause();
  }

  resume() {
    this.#upload.setState("sending");
    void this.#uploading?.start();
  }

  /**
   * Say what the video is, and who may see it when it is ready.
   * @param {VideoChange} change
   */
  async describe(change) {
    const { video } = this.#upload;
    if (!video) throw new Problem(say("theUploadHasNotBegun"));
    const described = await this.#app.rest.videos.edit(video.id, change);
    this.#upload.set({ video: described, isDescribed: true });
  }

  /** What was sent is thrown away when nobody can want it back any more. */
  giveUp() {
    const uploading = this.#uploading;
    const { state, name, size, sent, video, isDescribed } = this.#upload;
    void this.forget();
    this.#app.undo.offer({
      text: say("uploadGivenUp", { name }),
      hides: video ? `videos/${video.id}` : "",
      send: async () => video && (await this.#remove(video)),
      putBack: () => {
        if (this.#uploading || !uploading) return void this.findUnfinished();
        // Its video was still being made, and then nobody wanted it.
        if (!video) return this.#begin(uploading.file, null);
        this.#uploading = uploading;
        this.#upload.set({ name, size, sent, video, isDescribed });
        if (state === "paused") this.pause();
        else this.resume();
      },
    });
  }

  /** The next file may come; nobody needs what was refused. */
  async startOver() {
    const { video } = this.#upload;
    await this.forget();
    if (video?.status === "failed") await this.#discard(video);
  }

  /** @param {{ upload: BegunUpload, video: Video }} begun */
  discard(begun) {
    const { video, upload } = begun;
    this.#upload.set({ unfinished: this.#upload.unfinished.filter((each) => each !== begun) });
    this.#app.undo.offer({
      text: say("uploadGivenUp", { name: upload.name }),
      hides: `videos/${video.id}`,
      send: () => this.#remove(video),
      putBack: () => this.#upload.set({ unfinished: [...this.#upload.unfinished, begun] }),
    });
  }

  /** The next file may come. */
  async forget() {
    const uploading = this.#uploading;
    this.#uploading = null;
    this.#watch.end();
    this.#upload.set({ video: null, isDescribed: false, name: "" });
    this.#upload.setState("none");
    await uploading?.pause();
  }

  /**
   * @param {File} file
   * @param {{ upload: BegunUpload, video: Video } | null} begun
   */
  #begin(file, begun) {
    const { rest } = this.#app;
    const unfinished = this.#upload.unfinished.filter((each) => each !== begun);
    this.#upload.set({ unfinished });
    this.#upload.begin(file, { video: begun?.video ?? null, sent: begun?.upload.sent ?? 0 });
    /** @type {Uploading} */
    const uploading = new Uploading({
      file,
      uploadId: begun?.upload.id ?? null,
      proof: () => rest.proof,
      begun: (uploadId) => void (begun ?? this.#make(file, uploadId, uploading)),
      progress: (sent) => {
        if (this.#uploading === uploading) this.#upload.progress(sent, performance.now());
      },
      done: () => this.#uploading === uploading && this.#arrived(),
      failed: (problem) => this.#uploading === uploading && this.#failed(problem),
    });
    this.#uploading = uploading;
    void uploading.start();
  }

  /**
   * A video is made at once, for its owner only, so that nothing typed or sent is lost on a reload.
   * @param {File} file
   * @param {string} uploadId
   * @param {Uploading} uploading
   */
  async #make({ name }, uploadId, uploading) {
    const title = name.replace(SUFFIX, "").replace(/[_\s]+/g, " ").trim().slice(0, TITLE_CHARS);
    try {
      const video = await this.#app.rest.videos.make({
        upload_id: uploadId,
        title: title || say("untitled"),
        visibility: "private",
      });
      if (this.#uploading !== uploading) return void this.#discard(video);
      this.#upload.set({ video });
      if (this.#upload.state === "arrived") this.#watch.begin(video);
    } catch (error) {
      void uploading.pause();
      this.#upload.setState("refused", sentenceFor(error));
    }
  }

  #arrived() {
    this.#upload.setState("arrived");
    const { video } = this.#upload;
    if (video) this.#watch.begin(video);
  }

  /** @param {Problem} problem */
  #failed(problem) {
    if (!problem.isTransient) return this.#upload.setState("refused", sentenceFor(problem));
    this.#upload.setState("waiting", sentenceFor(problem));
    setTimeout(() => this.#tryAgain(), TRY_AGAIN_MS);
  }

  #tryAgain() {
    if (this.#upload.state === "waiting") this.resume();
  }

  /**
   * The upload goes with its video.
   * @param {Video} video
   */
  async #discard(video) {
    try {
      await this.#remove(video);
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }

  /** @param {Video} video */
  async #remove({ id }) {
    await this.#app.rest.videos.remove(id).catch(ignoreMissing);
  }

  /**
   * @param {Video} video
   * @returns {Promise<{ upload: BegunUpload, video: Video } | null>}
   */
  async #begun(video) {
    try {
      const upload = await this.#app.rest.videos.begunUpload(video.upload_id ?? "");
      return { upload, video };
    } catch (error) {
      // Over in this moment.
      ignoreMissing(error);
      return null;
    }
  }

  /** On its way, or given up. @param {string} id */
  #isElsewhere(id) {
    return id === this.#upload.video?.id || this.#app.undo.hides(`videos/${id}`);
  }

  #guard() {
    const isUnderWay = ["sending", "waiting"].includes(this.#upload.state);
    if (isUnderWay) window.addEventListener("beforeunload", this.#leave);
    else window.removeEventListener("beforeunload", this.#leave);
  }
}

/**
 * @param {BegunUpload} upload
 * @param {File} file
 */
function isSame(upload, file) {
  return upload.size === file.size && upload.name === file.name;
}

/** @param {unknown} error */
function ignoreMissing(error) {
  if (!(error instanceof Problem && error.status === 404)) throw error;
}
