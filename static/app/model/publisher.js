// @ts-check
// The studio's side of a broadcast: what is captured, how it is sent, and how that goes.

/** @import { CaptureSource, CaptureWish, Device } from "../wire/capture.js" */
/** @import { Stream } from "../types" */
/** @import { PublisherNumbers } from "../wire/statistics.js" */

import { Observable } from "./observable.js";
import { Signal } from "./signal.js";

/**
 * idle: not on air; preparing: stream and devices are being got ready; connecting; live;
 * reconnecting: on air, the connection is being made again; encoder: waiting for, or fed by, another
 * program; interrupted: needs the person (a screen must be chosen again); ended.
 * @typedef {"idle" | "preparing" | "connecting" | "live" | "reconnecting" | "encoder" | "interrupted" | "ended"} PublisherState
 */

/** @typedef {CaptureSource | "encoder"} Source */

/** @typedef {{ height: number, framesPerSecond: number, bitrateBps: number }} Quality */

/** @type {readonly Quality[]} */
export const QUALITIES = [
  { height: 1080, framesPerSecond: 30, bitrateBps: 4_500_000 },
  { height: 720, framesPerSecond: 30, bitrateBps: 2_500_000 },
  { height: 480, framesPerSecond: 30, bitrateBps: 1_200_000 },
  { height: 360, framesPerSecond: 24, bitrateBps: 700_000 },
];

export const DEFAULT_QUALITY = 1;

/** @typedef {{ source: Source, cameraId: string, microphoneId: string, quality: number }} Choices */

export class Publisher extends Observable {
  /** @type {PublisherState} */
  state = "idle";
  problem = "";
  /** @type {Choices} */
  choices = { source: "camera", cameraId: "", microphoneId: "", quality: DEFAULT_QUALITY };
  /** @type {Device[]} */
  cameras = [];
  /** @type {Device[]} */
  microphones = [];
  /** What is captured now, for the preview. @type {MediaStream | null} */
  media = null;
  isOpening = false;
  captureProblem = "";
  /** From 0 to 1, a dozen times a second: too often for a repaint of everything. @type {Signal<number>} */
  loudness = new Signal();
  /** @type {PublisherNumbers | null} */
  numbers = null;
  /** @type {string | null} */
  streamId = null;
  /** Known only to the page that created the stream or rotated the key. @type {string | null} */
  streamKey = null;
  /** The stream as it was when it ended. @type {Stream | null} */
  ended = null;
  /** Whether others hear the microphone; the picture goes on. */
  isMicrophoneOn = true;
  /** Another picture of the same person has the microphone. */
  isSilent = false;

  get isOnAir() {
    return this.state !== "idle" && this.state !== "ended";
  }

  /** @returns {CaptureWish} */
  get wish() {
    const { height, framesPerSecond } = this.quality;
    const { source, cameraId, microphoneId } = this.choices;
    if (source === "encoder") throw new Error("another program captures");
    const { isSilent } = this;
    return { source, cameraId, microphoneId, height, framesPerSecond, isSilent };
  }

  /** Text on a screen must stay sharp. */
  get isDetailed() {
    return this.choices.source !== "camera";
  }

  /** @returns {Quality} */
  get quality() {
    return /** @type {Quality} */ (QUALITIES[this.choices.quality] ?? QUALITIES[DEFAULT_QUALITY]);
  }

  /**
   * @param {PublisherState} state
   * @param {string} [problem]
   */
  setState(state, problem = "") {
    this.state = state;
    this.problem = problem;
    this.changed();
  }

  /** @param {Partial<Choices>} choices */
  choose(choices) {
    this.choices = { ...this.choices, ...choices };
    this.changed();
  }

  /** @param {Partial<Pick<Publisher, "cameras" | "microphones" | "media" | "isOpening" | "captureProblem" | "numbers" | "streamId" | "streamKey" | "ended" | "isMicrophoneOn" | "isSilent">>} news */
  update(news) {
    Object.assign(this, news);
    this.changed();
  }
}
