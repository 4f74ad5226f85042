// @ts-check
// A player as its viewer sees it. The picture itself never passes through here.

/** @import { PlayerNumbers } from "../wire/statistics.js" */

import { Observable } from "./observable.js";

/**
 * idle: not started; waiting: nobody is sending yet; connecting: being set up; playing;
 * stalled: connected, but no frame comes (the streamer's page reloads, a tunnel);
 * reconnecting: the connection itself is lost; ended: the stream is over.
 * @typedef {"idle" | "waiting" | "connecting" | "playing" | "stalled" | "reconnecting" | "ended"} PlayerState
 */

export class Player extends Observable {
  /** @type {PlayerState} */
  state = "idle";
  problem = "";
  /** @type {MediaStream | null} */
  media = null;
  /** @type {PlayerNumbers | null} */
  numbers = null;
  isMuted = true;
  volume = 1;
  /** Whether the viewer has ever touched the sound; until then "unmute" is offered large. */
  hasChosenSound = false;

  /**
   * @param {PlayerState} state
   * @param {string} [problem]
   */
  setState(state, problem = "") {
    if (this.state === state && this.problem === problem) return;
    this.state = state;
    this.problem = problem;
    this.changed();
  }

  /** @param {MediaStream | null} media */
  setMedia(media) {
    this.media = media;
    this.changed();
  }

  /** @param {PlayerNumbers} numbers */
  setNumbers(numbers) {
    this.numbers = numbers;
    this.changed();
  }

  /**
   * @param {boolean} isMuted
   * @param {number} [volume]
   */
  setSound(isMuted, volume = this.volume) {
    this.isMuted = isMuted;
    this.volume = volume;
    this.hasChosenSound = true;
    this.changed();
  }
}
