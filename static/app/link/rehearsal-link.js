// @ts-check
// Records what the studio captures for a few seconds, at the bitrate it would be sent with. Nothing of
// it leaves the computer: it is a Blob of this page, and gone with it.

/** @import { Publisher } from "../model/publisher.js" */
/** @import { Rehearsal } from "../model/rehearsal.js" */

import { REHEARSAL_S } from "../model/rehearsal.js";

const TYPES = ["video/webm;codecs=h264,opus", "video/webm", "video/mp4"];

export class RehearsalLink {
  #publisher;
  #rehearsal;
  #undo;
  /** @type {MediaRecorder | null} */
  #recorder = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {Publisher} publisher
   * @param {Rehearsal} rehearsal
   */
  constructor(publisher, rehearsal) {
    this.#publisher = publisher;
    this.#rehearsal = rehearsal;
    let { media } = publisher;
    this.#undo = [
      publisher.loudness.listen((level) => rehearsal.hear(level)),
      // Another picture, or none: what was recorded is not what would be sent.
      publisher.subscribe(() => {
        if (publisher.media === media) return;
        media = publisher.media;
        this.clear();
      }),
    ];
  }

  start() {
    const { media, quality } = this.#publisher;
    if (!media || this.#recorder) return;
    const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each)) ?? "";
    const recorder = new MediaRecorder(media, {
      mimeType: type,
      videoBitsPerSecond: quality.bitrateBps,
    });
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => this.#finish(recorder, new Blob(parts, { type: recorder.mimeType }));
    recorder.onerror = () => this.#fail(recorder);
    this.#recorder = recorder;
    this.#rehearsal.begin(media.getAudioTracks().length > 0);
    recorder.start();
    let left = REHEARSAL_S;
    this.#timer = setInterval(() => {
      this.#rehearsal.tick();
      left -= 1;
      if (left === 0) recorder.stop();
    }, 1_000);
  }

  clear() {
    this.#stop();
    URL.revokeObjectURL(this.#rehearsal.address);
    this.#rehearsal.clear();
  }

  destroy() {
    for (const undo of this.#undo) undo();
    this.clear();
  }

  /**
   * @param {MediaRecorder} recorder
   * @param {Blob} recorded
   */
  #finish(recorder, recorded) {
    if (this.#recorder !== recorder) return;
    this.#stop();
    if (recorded.size === 0) return this.#rehearsal.fail();
    this.#rehearsal.finish(URL.createObjectURL(recorded));
  }

  /** @param {MediaRecorder} recorder */
  #fail(recorder) {
    if (this.#recorder !== recorder) return;
    this.#stop();
    this.#rehearsal.fail();
  }

  #stop() {
    clearInterval(this.#timer);
    const recorder = this.#recorder;
    this.#recorder = null;
    if (recorder && recorder.state !== "inactive") recorder.stop();
  }
}
