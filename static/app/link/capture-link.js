// @ts-check
// Opens and closes the devices a publisher has chosen, and remembers the choice on this computer.

/** @import { Choices, Publisher } from "../model/publisher.js" */

import {
  capture,
  isCameraAllowed,
  listDevices,
  stopCapture,
  watchDevices,
} from "../wire/capture.js";
import { LevelReader } from "../wire/level.js";
import { Problem, sentenceFor } from "../wire/problem.js";

const STUDIO_KEY = "studio";

export class CaptureLink {
  #publisher;
  #ended;
  #key;
  #stopWatching;
  /** @type {LevelReader | null} */
  #level = null;
  /** Only the newest of several captures under way may be shown. */
  #turn = 0;
  #opening = Promise.resolve();
  #isDestroyed = false;

  /**
   * @param {Publisher} publisher
   * @param {{ ended: () => void, key?: string }} more `ended`: the person stopped sharing, or the
   *   camera was unplugged; `key`: where the choice is remembered
   */
  constructor(publisher, { ended, key = STUDIO_KEY }) {
    this.#publisher = publisher;
    this.#ended = ended;
    this.#key = key;
    this.#stopWatching = watchDevices(() => void this.#list());
  }

  async open() {
    this.#publisher.choose(rememberedChoices(this.#key));
    await this.#list();
  }

  destroy() {
    this.#isDestroyed = true;
    this.#stopWatching();
    this.close();
  }

  close() {
    this.#turn += 1;
    this.#level?.destroy();
    this.#level = null;
    stopCapture(this.#publisher.media);
    this.#publisher.update({ media: null, isOpening: false });
  }

  async previewIfAllowed() {
    if (this.#publisher.choices.source !== "camera" || !(await isCameraAllowed())) return;
    // Somebody who pressed the button meanwhile has begun already.
    if (!this.#publisher.isOpening && !this.#publisher.media) await this.preview();
  }

  /** A camera is shown at once; for a screen the person is asked only when they say so. */
  async sourceChanged() {
    remember(this.#key, this.#publisher.choices);
    this.close();
    this.#publisher.update({ captureProblem: "" });
    await this.previewIfAllowed();
  }

  /**
   * Capture what is chosen; a failure is told in the model. Several calls at once end together, with
   * the picture of the last.
   */
  async preview() {
    this.#opening = this.#open();
    let seen;
    do {
      seen = this.#opening;
      await seen;
    } while (seen !== this.#opening);
  }

  async #open() {
    // A page that was left while something was on its way must not turn the camera on again.
    if (this.#isDestroyed || this.#publisher.choices.source === "encoder") return;
    remember(this.#key, this.#publisher.choices);
    const turn = ++this.#turn;
    this.#publisher.update({ isOpening: true, captureProblem: "" });
    try {
      const media = await capture(this.#publisher.wish);
      if (turn !== this.#turn) return stopCapture(media);
      this.#show(media);
      await this.#list();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#publisher.update({ isOpening: false, captureProblem: sentenceFor(error) });
    }
  }

  /** Make sure that there is a picture; refuse with the reason. */
  async ready() {
    if (!this.#publisher.media) await this.preview();
    if (!this.#publisher.media)
      throw new Problem(this.#publisher.captureProblem, { code: "no-capture" });
  }

  /** @param {MediaStream} media */
  #show(media) {
    const previous = this.#publisher.media;
    this.#level?.destroy();
    this.#level = null;
    this.#publisher.update({ media, isOpening: false });
    stopCapture(previous);
    media.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (this.#publisher.media !== media) return;
      this.close();
      this.#ended();
    });
    if (media.getAudioTracks().length > 0) {
      this.#level = new LevelReader(media, (level) => this.#publisher.loudness.tell(level));
    }
  }

  async #list() {
    this.#publisher.update(await listDevices());
  }
}

/**
 * @param {string} key
 * @param {Choices} choices
 */
function remember(key, choices) {
  localStorage.setItem(key, JSON.stringify(choices));
}

/**
 * @param {string} key
 * @returns {Partial<Choices>}
 */
function rememberedChoices(key) {
  const text = localStorage.getItem(key);
  return text ? JSON.parse(text) : {};
}
