// @ts-check
// A streamer's second picture beside the first: their screen, or their camera if the first is a screen.
// Each is a session of its own, so either can stop and the other goes on.

/** @import { Publisher } from "../model/publisher.js" */
/** @import { FeedKind } from "../types-stage" */
/** @import { PublisherLink } from "./publisher-link.js" */

import { FeedLink } from "./feed-link.js";

const DEVICES_KEY = "second-picture";

export class SecondPictureLink {
  #first;
  #second;
  #firstLink;
  #feed;
  /** @type {FeedKind} */
  #kind = "screen";
  #undo;

  /**
   * @param {{ first: Publisher, second: Publisher }} publishers
   * @param {PublisherLink} firstLink
   */
  constructor({ first, second }, firstLink) {
    this.#first = first;
    this.#second = second;
    this.#firstLink = firstLink;
    this.#feed = new FeedLink(second, {
      key: DEVICES_KEY,
      target: () => firstLink.target(this.#kind),
      stopped: () => void firstLink.sendAs("camera"),
    });
    this.#undo = first.subscribe(() => {
      if (!first.isOnAir && second.isOnAir) this.#feed.stop();
    });
  }

  destroy() {
    this.#undo();
    this.#feed.destroy();
  }

  /** Capture it, and send it once it is there; refuse with the reason. */
  async start() {
    const { source, ...devices } = this.#first.choices;
    const kind = kindBeside(this.#first);
    // As large as the first: it goes over the same line.
    this.#second.choose({ ...devices, source: kind });
    // Two microphones of one person would be heard as an echo.
    this.#second.update({ isSilent: source === "screen-microphone" });
    await this.#feed.ready();
    this.#kind = kind;
    await this.#firstLink.sendAs(kind === "camera" ? "screen" : "camera");
    await this.#feed.start();
  }

  async stop() {
    this.#feed.stop();
    await this.#firstLink.sendAs("camera");
  }

  verify() {
    return this.#feed.verify();
  }

  hangUp() {
    this.#feed.hangUp();
  }
}

/**
 * What the other picture is.
 * @param {Publisher} first
 * @returns {FeedKind}
 */
export function kindBeside({ choices: { source } }) {
  return source === "screen" || source === "screen-microphone" ? "camera" : "screen";
}
