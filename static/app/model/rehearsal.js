// @ts-check
// A few seconds of what would be sent, recorded and played on this computer only.

import { Observable } from "./observable.js";

export const REHEARSAL_S = 5;

export class Rehearsal extends Observable {
  /** @type {"idle" | "recording" | "ready" | "failed"} */
  state = "idle";
  /** What is left of the recording. */
  secondsLeft = 0;
  /** Where the recording is, for a video element. */
  address = "";
  /** The loudest moment, 0 to 1; null: no sound was captured. @type {number | null} */
  loudest = null;

  /** Whether the sound was too quiet to be anybody speaking. */
  get isSilent() {
    return this.loudest !== null && this.loudest < 0.1;
  }

  /** @param {boolean} hasSound */
  begin(hasSound) {
    this.state = "recording";
    this.secondsLeft = REHEARSAL_S;
    this.loudest = hasSound ? 0 : null;
    this.address = "";
    this.changed();
  }

  tick() {
    this.secondsLeft = Math.max(0, this.secondsLeft - 1);
    this.changed();
  }

  /** @param {number} level */
  hear(level) {
    if (this.state === "recording" && this.loudest !== null)
      this.loudest = Math.max(this.loudest, level);
  }

  /** @param {string} address */
  finish(address) {
    this.state = "ready";
    this.address = address;
    this.changed();
  }

  fail() {
    this.state = "failed";
    this.changed();
  }

  clear() {
    this.state = "idle";
    this.address = "";
    this.changed();
  }
}
