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
  #isStopping = false;
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
      target: () => (this.#isStopping ? null : firstLink.target(this.#kind)),
      stopped: () => void this.#giveBack(),
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
    // The camera comes where the screen was until then, and takes over there: so whoever watches goes on
    // watching one feed, and the screen is the one that is added.
    this.#firstLink.becomes(kind === "camera" ? "screen" : "camera");
    await this.#feed.start();
    await this.#firstLink.follow();
  }

  async stop() {
    this.#isStopping = true;
    await this.#giveBack();
    this.#feed.stop();
    this.#isStopping = false;
  }

  /** What is left is where everybody looks; there it takes over, as above. */
  async #giveBack() {
    this.#firstLink.becomes("camera");
    await this.#firstLink.follow();
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
