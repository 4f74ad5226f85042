// @ts-check
// One file on its way to becoming a video, from choosing it until it can be watched.

/** @import { BegunUpload, Video } from "../types-videos" */

import { Observable } from "./observable.js";

/** The rate is that of the last so many milliseconds. */
const RATE_WINDOW_MS = 5_000;

/**
 * `waiting`: the network is away, and it goes on when that is back. `arrived`: all of it is there,
 * what follows is the video's status.
 * @typedef {"none" | "sending" | "paused" | "waiting" | "arrived" | "refused"} UploadState
 */

export class UploadModel extends Observable {
  /** @type {UploadState} */
  state = "none";
  name = "";
  size = 0;
  sent = 0;
  problem = "";
  /** @type {Video | null} what is being made of it */
  video = null;
  /** Whether its owner has said what it is, and who may see it. */
  isDescribed = false;
  /** @type {{ upload: BegunUpload, video: Video }[]} those that were begun and not ended */
  unfinished = [];
  /** @type {{ at: number, sent: number }[]} */
  #marks = [];

  /**
   * @param {File} file
   * @param {{ video: Video | null, sent: number }} begun
   */
  begin({ name, size }, { video, sent }) {
    this.state = "sending";
    this.name = name;
    this.size = size;
    this.sent = sent;
    this.problem = "";
    this.video = video;
    this.isDescribed = video !== null && video.visibility !== "private";
    this.#marks = [];
    this.changed();
  }

  /**
   * @param {UploadState} state
   * @param {string} [problem]
   */
  setState(state, problem = "") {
    this.state = state;
    this.problem = problem;
    this.#marks = [];
    this.changed();
  }

  /**
   * @param {number} sent
   * @param {number} at in milliseconds, of a clock that only goes forward
   */
  progress(sent, at) {
    this.sent = sent;
    this.#marks = [...this.#marks.filter((mark) => at - mark.at < RATE_WINDOW_MS), { at, sent }];
    this.changed();
  }

  /** In seconds, or null while that cannot be told. */
  get remaining() {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.at - first.at < 1_000 || last.sent <= first.sent) return null;
    const perMs = (last.sent - first.sent) / (last.at - first.at);
    return (this.size - last.sent) / perMs / 1000;
  }

  /** @param {Partial<UploadModel>} change */
  set(change) {
    Object.assign(this, change);
    this.changed();
  }
}
