// @ts-check
// Puts a studio on air and keeps it there: the stream at the server, the devices, what is sent. What is
// needed to go on after a reload is kept for this tab only.

/** @import { Choices, Publisher } from "../model/publisher.js" */
/** @import { Stream } from "../types" */
/** @import { FeedKind } from "../types-stage" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Toasts } from "../model/toasts.js" */

import { sentenceFor } from "../wire/problem.js";
import { say as sayOnStage } from "../words/stage.js";
import { say } from "../words/studio.js";
import { CaptureLink } from "./capture-link.js";
import { SendingLink, keyProof } from "./sending-link.js";

const BROADCAST_KEY = "broadcast";

/** @typedef {{ streamId: string, streamKey: string, choices: Choices }} Broadcast */

export class PublisherLink {
  #rest;
  #publisher;
  #toasts;
  #capture;
  #sending;
  /** Which of the streamer's feeds this picture is. @type {FeedKind} */
  #kind = "camera";
  /** Whether the page was left. */
  #isLeft = false;

  /**
   * @param {{ rest: Rest, toasts: Toasts }} app
   * @param {Publisher} publisher
   */
  constructor({ rest, toasts }, publisher) {
    this.#rest = rest;
    this.#toasts = toasts;
    this.#publisher = publisher;
    this.#capture = new CaptureLink(publisher, { ended: () => this.#captureEnded() });
    this.#sending = new SendingLink(publisher, {
      target: () => this.target(this.#kind),
      streamOver: () => this.streamEnded(null),
    });
  }

  /** Go on with the broadcast this tab had, or offer a preview. */
  async open() {
    await this.#capture.open();
    if (this.#isLeft) return;
    const broadcast = remembered();
    if (!broadcast) return this.#capture.previewIfAllowed();
    this.#publisher.choose(broadcast.choices);
    this.#publisher.update({ streamId: broadcast.streamId, streamKey: broadcast.streamKey });
    await this.#goOn();
  }

  /** Leave the page: the session ends, the stream waits for its publisher to return. */
  destroy() {
    this.#isLeft = true;
    this.hangUp();
    this.#capture.destroy();
  }

  preview() {
    return this.#capture.preview();
  }

  /** @param {Partial<Choices>} choices */
  async choose(choices) {
    this.#publisher.choose(choices);
    const { state } = this.#publisher;
    if ("source" in choices && state === "idle") await this.#capture.sourceChanged();
    else await this.#capture.preview();
    if (state === "live") await this.#sending.sendAnew("quality" in choices || "source" in choices);
  }

  /**
   * Create the stream and go on air with it; refuse with the server's Problem.
   * @param {{ title: string, description?: string }} about
   */
  async goLive(about) {
    this.#publisher.setState("preparing");
    try {
      if (this.#publisher.choices.source !== "encoder") await this.#capture.ready();
      const { id, stream_key } = await this.#rest.createStream(about);
      this.#adopt(id, stream_key);
    } catch (error) {
      this.#publisher.setState("idle");
      throw error;
    }
    await this.#goOn();
  }

  /**
   * Go on air with a stream that exists: announced before, or live from another device.
   * @param {string} streamId
   */
  async takeOver(streamId) {
    this.#publisher.setState("preparing");
    try {
      if (this.#publisher.choices.source !== "encoder") await this.#capture.ready();
      this.#adopt(streamId, (await this.#rest.rotateStreamKey(streamId)).stream_key);
    } catch (error) {
      this.#publisher.setState("idle");
      throw error;
    }
    await this.#goOn();
  }

  /** The server was away: make sure that it still has our session. */
  verify() {
    return this.#sending.verify();
  }

  /**
   * Where a feed of this stream is sent to.
   * @param {FeedKind} kind
   */
  target(kind) {
    const { streamId, streamKey } = this.#publisher;
    if (!streamId || !streamKey) return null;
    const search = kind === "screen" ? "?feed=screen" : "";
    return { url: `/whip/${streamId}${search}`, proof: keyProof(streamKey) };
  }

  /**
   * A second picture takes this one's place, or gives it back. A stream of one picture has it where
   * everybody looks for it, whatever it shows.
   * @param {FeedKind} kind for the next session; this one goes on until `follow`
   */
  becomes(kind) {
    this.#kind = kind;
  }

  follow() {
    return this.#sending.follow();
  }

  /** Stop this picture alone; the stream goes on with the other ones. */
  stopPicture() {
    this.#sending.stop();
    this.#capture.close();
    this.#publisher.setState("interrupted", sayOnStage("pictureIsOff"));
  }

  async rotateKey() {
    const { streamId } = this.#publisher;
    if (!streamId) return;
    try {
      this.#adopt(streamId, (await this.#rest.rotateStreamKey(streamId)).stream_key);
      this.#toasts.note(say("theOldStreamKeyHas"));
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
    }
  }

  /** Refused with the server's Problem; what has ended meanwhile needs no end. */
  async end() {
    const { streamId, state } = this.#publisher;
    if (streamId && state !== "ended") this.streamEnded(await this.#rest.endStream(streamId));
  }

  /**
   * The stream is over: we ended it, or the server says so.
   * @param {Stream | null} stream
   */
  streamEnded(stream) {
    sessionStorage.removeItem(BROADCAST_KEY);
    this.#sending.drop();
    this.#capture.close();
    this.#publisher.update({ ended: stream });
    this.#publisher.setState("ended");
  }

  /** Be ready for the next stream. */
  reset() {
    this.#publisher.update({ streamId: null, streamKey: null, ended: null });
    this.#publisher.setState("idle");
    void this.#capture.previewIfAllowed();
  }

  /** Capture again after the person stopped sharing, or after a reload lost the screen. */
  async captureAgain() {
    await this.#capture.preview();
    if (this.#publisher.media) await this.#sending.send("reconnecting");
  }

  /**
   * @param {string} streamId
   * @param {string} streamKey
   */
  #adopt(streamId, streamKey) {
    const { choices } = this.#publisher;
    this.#publisher.update({ streamId, streamKey });
    sessionStorage.setItem(BROADCAST_KEY, JSON.stringify({ streamId, streamKey, choices }));
  }

  async #goOn() {
    if (this.#isLeft) return;
    const { choices, media } = this.#publisher;
    if (choices.source === "encoder") return this.#publisher.setState("encoder");
    if (!media && choices.source !== "camera") {
      // A screen can only be chosen by the person; a reloaded page has to ask.
      return this.#publisher.setState("interrupted", say("chooseTheScreenAgainTo"));
    }
    if (!media) await this.#capture.preview();
    if (this.#isLeft) return;
    if (!this.#publisher.media) {
      return this.#publisher.setState("interrupted", this.#publisher.captureProblem);
    }
    await this.#sending.send("connecting");
  }

  #captureEnded() {
    if (!this.#sending.isSending) return;
    this.#sending.stop();
    this.#publisher.setState("interrupted", say("theCapturedPictureHasStopped"));
  }

  /** End the session; the stream itself waits for its publisher to return. */
  hangUp() {
    this.#sending.hangUp();
  }
}

/** @returns {Broadcast | null} */
function remembered() {
  const text = sessionStorage.getItem(BROADCAST_KEY);
  return text ? JSON.parse(text) : null;
}
