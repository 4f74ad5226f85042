// @ts-check
// Puts a studio on air and keeps it there: the stream at the server, the devices, one WHIP session at
// a time. What is needed to go on after a reload is kept for this tab only.

/** @import { Choices, Publisher } from "../model/publisher.js" */
/** @import { Stream } from "../types" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Toasts } from "../model/toasts.js" */

import { Problem, sentenceFor } from "../wire/problem.js";
import { WhipSession } from "../wire/whip.js";
import { say } from "../words/studio.js";
import { CaptureLink } from "./capture-link.js";

const READ_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 8_000;
const BROADCAST_KEY = "broadcast";

/** @typedef {{ streamId: string, streamKey: string, choices: Choices }} Broadcast */

export class PublisherLink {
  #rest;
  #publisher;
  #toasts;
  #capture;
  /** @type {WhipSession | null} */
  #session = null;
  #retryMs = FIRST_RETRY_MS;
  /** Whether the page was left. */
  #isLeft = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #reader;

  /**
   * @param {{ rest: Rest, toasts: Toasts }} app
   * @param {Publisher} publisher
   */
  constructor({ rest, toasts }, publisher) {
    this.#rest = rest;
    this.#toasts = toasts;
    this.#publisher = publisher;
    this.#capture = new CaptureLink(publisher, () => this.#captureEnded());
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
    if (state === "live") await this.#sendAnew("quality" in choices || "source" in choices);
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
  async verify() {
    const session = this.#session;
    if (session && this.#publisher.state === "live" && !(await session.exists())) {
      this.#lost(session, true);
    }
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

  async end() {
    const { streamId } = this.#publisher;
    if (!streamId) return;
    try {
      this.streamEnded(await this.#rest.endStream(streamId));
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
    }
  }

  /**
   * The stream is over: we ended it, or the server says so.
   * @param {Stream | null} stream
   */
  streamEnded(stream) {
    sessionStorage.removeItem(BROADCAST_KEY);
    this.#letGo(true);
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
    if (this.#publisher.media) await this.#publish("reconnecting");
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
    await this.#publish("connecting");
  }

  /** @param {"connecting" | "reconnecting"} state */
  async #publish(state) {
    clearTimeout(this.#timer);
    const { media, streamId, streamKey, quality, choices } = this.#publisher;
    if (!media || !streamId || !streamKey || this.#session) return;
    this.#publisher.setState(state, this.#publisher.problem);
    const session = new WhipSession(`/whip/${streamId}`, streamKey);
    this.#session = session;
    try {
      await session.publish(media, {
        height: quality.height,
        maxBitrateBps: quality.bitrateBps,
        motion: choices.source === "camera" ? "motion" : "detail",
        lost: (isClosed) => this.#lost(session, isClosed),
      });
    } catch (error) {
      void session.end();
      if (this.#session === session) this.#refused(error);
      return;
    }
    if (this.#session !== session) return void session.end();
    this.#retryMs = FIRST_RETRY_MS;
    this.#publisher.setState("live");
    this.#reader = setInterval(() => void this.#read(session), READ_EVERY_MS);
  }

  /** @param {unknown} error */
  #refused(error) {
    this.#session = null;
    const problem = sentenceFor(error);
    const isTransient =
      error instanceof Problem && (error.isTransient || error.code === "ice-failed");
    const isTaken = error instanceof Problem && error.code === "already-publishing";
    if (error instanceof Problem && error.code === "stream-ended") return this.streamEnded(null);
    if (!isTransient && !isTaken) return this.#publisher.setState("interrupted", problem);
    this.#publisher.setState("reconnecting", problem);
    const asked = error instanceof Problem ? (error.retryAfterS ?? 0) * 1000 : 0;
    this.#timer = setTimeout(
      () => void this.#publish("reconnecting"),
      Math.max(asked, this.#retryMs),
    );
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /**
   * @param {WhipSession} session
   * @param {boolean} isClosedByServer
   */
  #lost(session, isClosedByServer) {
    if (this.#session !== session) return;
    this.#letGo(isClosedByServer);
    this.#publisher.setState("reconnecting", say("theConnectionWasLostIt"));
    void this.#publish("reconnecting");
  }

  #captureEnded() {
    if (!this.#session) return;
    this.hangUp();
    this.#publisher.setState("interrupted", say("theCapturedPictureHasStopped"));
  }

  /**
   * Send what is captured now: by exchanging tracks, or in a new session when the encoding changes.
   * @param {boolean} needsSession
   */
  async #sendAnew(needsSession) {
    const { media } = this.#publisher;
    if (!media) return;
    if (needsSession) {
      this.hangUp();
      return this.#publish("reconnecting");
    }
    for (const track of media.getTracks()) await this.#session?.replaceTrack(track);
  }

  /** End the session; the stream itself waits for its publisher to return. */
  hangUp() {
    this.#letGo(false);
  }

  /** @param {boolean} isEndedByServer */
  #letGo(isEndedByServer) {
    clearTimeout(this.#timer);
    clearInterval(this.#reader);
    const session = this.#session;
    this.#session = null;
    if (isEndedByServer) session?.close();
    else void session?.end();
    this.#publisher.update({ numbers: null });
  }

  /** @param {WhipSession} session */
  async #read(session) {
    const numbers = await session.numbers().catch(() => null);
    if (numbers && this.#session === session) this.#publisher.update({ numbers });
  }
}

/** @returns {Broadcast | null} */
function remembered() {
  const text = sessionStorage.getItem(BROADCAST_KEY);
  return text ? JSON.parse(text) : null;
}
