// @ts-check
// How long a video has really been watched: time in which it played, whatever was skipped. Tells once
// when that is enough for a view.

/** Enough for a view; of a shorter video, all but its last moments. */
const ENOUGH_MS = 10_000;
const ENOUGH_PART = 0.9;
/** Told less often than that, it did not play in between: the page slept. */
const STEP_MAX_MS = 1_500;

export class ViewMeter {
  #tell;
  #watchedMs = 0;
  /** @type {number | null} */
  #lastAt = null;
  #isTold = false;

  /** @param {() => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * The picture has moved on.
   * @param {number} at in milliseconds
   * @param {number} durationMs of the video
   */
  moved(at, durationMs) {
    const step = this.#lastAt === null ? 0 : at - this.#lastAt;
    this.#lastAt = at;
    if (step <= STEP_MAX_MS) this.#watchedMs += step;
    if (this.#isTold || this.#watchedMs < Math.min(ENOUGH_MS, durationMs * ENOUGH_PART)) return;
    this.#isTold = true;
    this.#tell();
  }

  /** It stands still, or somebody skips. */
  stopped() {
    this.#lastAt = null;
  }
}
