// @ts-check
// Sends the pictures of a post while it is being written, and takes back what is removed again.

/** @import { App } from "../app" */
/** @import { Attachment, Attachments } from "../model/attachments.js" */

import { ATTACHMENTS_MAX } from "../model/attachments.js";
import { PICTURE_MAX_BYTES, PICTURE_TYPES } from "../wire/media.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { say } from "../words/posts.js";

export class AttachLink {
  #app;
  #attachments;
  /** @type {Map<string, { file: File, end: AbortController }>} what was chosen on this page */
  #sent = new Map();

  /**
   * @param {App} app
   * @param {Attachments} attachments
   */
  constructor(app, attachments) {
    this.#app = app;
    this.#attachments = attachments;
  }

  /** @param {Iterable<File>} files */
  add(files) {
    const { toasts } = this.#app;
    for (const file of files) {
      if (this.#attachments.room <= 0)
        return toasts.error(say("aPostHasPicturesAt", { max: ATTACHMENTS_MAX }));
      const refusal = refusalOf(file);
      if (refusal) toasts.error(refusal);
      else this.#begin(file);
    }
  }

  /** @param {string} id */
  again(id) {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#attachments.change(id, { state: "sending", progress: 0, problem: "" });
    void this.#send(id, sent.file);
  }

  /** @param {Attachment} attachment */
  remove({ id, media }) {
    const isNew = this.#forget(id);
    this.#attachments.remove(id);
    if (!isNew || !media) return;
    // What cannot be taken back now is cleared away by the server in a day.
    this.#app.rest.media.discard(media.id).catch(() => {});
  }

  /**
   * @param {Attachment} attachment
   * @param {string} altText
   */
  async describe({ id, media }, altText) {
    if (!media) return;
    const described = await this.#app.rest.media.describe(media.id, altText.trim() || null);
    this.#attachments.change(id, { media: described });
  }

  /** The post has them now. */
  release() {
    for (const { id } of this.#attachments.items) this.#forget(id);
    this.#attachments.clear();
  }

  destroy() {
    for (const id of [...this.#sent.keys()]) this.#forget(id);
  }

  /** @param {File} file */
  #begin(file) {
    const id = crypto.randomUUID();
    this.#attachments.add({
      id,
      preview: URL.createObjectURL(file),
      name: file.name,
      state: "sending",
      progress: 0,
      problem: "",
      media: null,
    });
    void this.#send(id, file);
  }

  /**
   * @param {string} id
   * @param {File} file
   */
  async #send(id, file) {
    const end = new AbortController();
    this.#sent.set(id, { file, end });
    const progress = (/** @type {number} */ part) => this.#attachments.change(id, { progress: part });
    try {
      const media = await this.#app.rest.media.add(file, { signal: end.signal, progress });
      this.#attachments.change(id, { state: "ready", media });
    } catch (error) {
      if (!end.signal.aborted) this.#attachments.change(id, { state: "failed", problem: sentence(error) });
    }
  }

  /** @param {string} id */
  #forget(id) {
    const item = this.#attachments.items.find((each) => each.id === id);
    if (item) URL.revokeObjectURL(item.preview);
    this.#sent.get(id)?.end.abort();
    return this.#sent.delete(id);
  }
}

/** @param {File} file */
function refusalOf({ name, type, size }) {
  if (!PICTURE_TYPES.includes(type)) return say("isNoPngJpegGif", { name });
  if (size > PICTURE_MAX_BYTES) return say("isLargerThan10Mb", { name });
  return "";
}

/** @param {unknown} error */
function sentence(error) {
  // The server's sentence speaks of bytes and headers, to programs.
  if (error instanceof Problem && error.code === "unsupported-media-type")
    return say("thisFileIsNotThe");
  return sentenceFor(error);
}
