// @ts-check
// A player as its viewer sees it. The picture itself never passes through here.

/** @import { LayerSelection } from "../wire/layers.js" */
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
  /** The sizes this stream has for this viewer. @type {LayerSelection | null} */
  layers = null;
  /** The size the person has chosen, null if the line decides. It outlives a session: encodings have
   * other names with another publisher, but lines of a picture stay lines. @type {number | null} */
  wishedHeight = null;
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

  /** @param {LayerSelection | null} layers */
  setLayers(layers) {
    this.layers = layers;
    this.changed();
  }

  /** @param {number | null} height */
  wishHeight(height) {
    this.wishedHeight = height;
    this.changed();
  }

  /** The encoding that suits the person's wish best: the largest that is not larger. */
  get wishedEncoding() {
    const wished = this.wishedHeight;
    if (wished === null) return null;
    const sizes = this.layers?.layers.filter(({ height }) => height !== null) ?? [];
    const fitting = sizes.filter(({ height }) => (height ?? 0) <= wished);
    return (fitting.at(-1) ?? sizes[0])?.encodingId ?? null;
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
