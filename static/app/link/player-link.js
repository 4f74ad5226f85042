// @ts-check
// Keeps a player playing: one WHEP session at a time, made again only when it is really gone. A
// publisher who reloads leaves the session alone; the picture stands still and goes on.

/** @import { Player } from "../model/player.js" */
/** @import { StreamStatus } from "../types" */

import { watchNetwork } from "../wire/network.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { WhepSession } from "../wire/whep.js";

const READ_EVERY_MS = 1_000;
const STALLED_AFTER_MS = 2_500;
/** A stream that is being sent but shows no frame for this long needs a new session. */
const GIVE_UP_AFTER_MS = 12_000;
/** The room tells when a streamer begins; asking now and then only covers a room that is not heard. */
const UNTOLD_RETRY_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;

export class PlayerLink {
  #player;
  #url;
  /** @type {WhepSession | null} */
  #session = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #reader;
  #retryMs = FIRST_RETRY_MS;
  #isRunning = false;
  #isInterrupted = false;
  #isPublishing = true;
  #stopNetwork = () => {};
  #frames = 0;
  #framesAt = 0;

  /**
   * @param {Player} player
   * @param {string} whepUrl
   */
  constructor(player, whepUrl) {
    this.#player = player;
    this.#url = whepUrl;
  }

  start() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#stopNetwork = watchNetwork(() => this.#connectNow());
    if (this.#isPublishing) return void this.#connect("connecting");
    this.#player.setState("waiting");
    this.#connectLater(UNTOLD_RETRY_MS);
  }

  /**
   * What the room says of the stream; it wakes a player that waits for a streamer.
   * @param {StreamStatus} status
   * @param {boolean} isPublishing
   */
  streamChanged(status, isPublishing) {
    const hasBegun = isPublishing && !this.#isPublishing;
    this.#isPublishing = isPublishing;
    if (status === "ended") {
      this.#stop("ended");
    } else if (hasBegun && this.#isRunning && !this.#session) {
      this.#retryMs = FIRST_RETRY_MS;
      void this.#connect("connecting");
    }
  }

  /**
   * Play from this address from the next session on.
   * @param {string} url
   * @param {{ atOnce: boolean }} when `atOnce`: what is being played is not what is wanted any more
   */
  playFrom(url, { atOnce }) {
    this.#url = url;
    const session = this.#session;
    if (!atOnce || !session) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#letGo(session, false);
    void this.#connect("connecting");
  }

  /** The server was away: make sure that it still has our session. */
  async verify() {
    const session = this.#session;
    if (!session) return this.#connectNow();
    if (this.#player.media && !(await session.exists())) this.#lost(session, true);
  }

  /** Ask anew what sizes there are: a menu opens. */
  async refreshLayers() {
    const session = this.#session;
    const layers = (await session?.layers().catch(() => null)) ?? null;
    if (this.#session === session) this.#player.setLayers(layers);
  }

  /**
   * Get the picture in one size, or leave it to the line.
   * @param {number | null} height
   */
  async chooseHeight(height) {
    this.#player.wishHeight(height);
    const session = this.#session;
    const layers = await session?.chooseLayer(this.#player.wishedEncoding).catch(() => null);
    if (layers && this.#session === session) this.#player.setLayers(layers);
  }

  destroy() {
    this.#stop("idle");
  }

  /** @param {"connecting" | "reconnecting"} state */
  async #connect(state) {
    clearTimeout(this.#timer);
    if (!this.#isRunning || this.#session) return;
    if (this.#player.state !== "waiting") this.#player.setState(state);
    const session = new WhepSession(this.#url);
    this.#session = session;
    try {
      await session.play({
        interrupted: (isInterrupted) => this.#interrupted(session, isInterrupted),
        lost: (isClosed) => this.#lost(session, isClosed),
      });
    } catch (error) {
      void session.end();
      if (this.#session === session) this.#refused(error);
      return;
    }
    if (this.#session !== session) return void session.end();
    this.#player.setMedia(session.media);
    this.#isInterrupted = false;
    this.#frames = 0;
    this.#framesAt = performance.now();
    this.#reader = setInterval(() => void this.#read(session), READ_EVERY_MS);
    void this.#adoptLayers();
  }

  /** A new session knows nothing of what the person chose in the one before. */
  async #adoptLayers() {
    await this.refreshLayers();
    const { wishedHeight, wishedEncoding } = this.#player;
    if (wishedEncoding !== null) await this.chooseHeight(wishedHeight);
  }

  /** @param {unknown} error */
  #refused(error) {
    this.#session = null;
    if (error instanceof Problem && error.code === "stream-ended") return this.#stop("ended");
    const isWaiting = error instanceof Problem && error.status === 409;
    if (isWaiting) this.#player.setState("waiting");
    else this.#player.setState("reconnecting", sentenceFor(error));
    const asked = error instanceof Problem ? (error.retryAfterS ?? 0) * 1000 : 0;
    const isToldLater = isWaiting && !this.#isPublishing;
    this.#connectLater(isToldLater ? UNTOLD_RETRY_MS : Math.max(asked, this.#retryMs));
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /**
   * The line between here and the server is lost for now, or there again; the session lives.
   * @param {WhepSession} session
   * @param {boolean} isInterrupted
   */
  #interrupted(session, isInterrupted) {
    if (this.#session !== session || isInterrupted === this.#isInterrupted) return;
    this.#isInterrupted = isInterrupted;
    this.#framesAt = performance.now();
    if (isInterrupted) this.#player.setState("reconnecting");
  }

  /**
   * @param {WhepSession} session
   * @param {boolean} isClosedByServer
   */
  #lost(session, isClosedByServer) {
    if (this.#session !== session) return;
    this.#letGo(session, isClosedByServer);
    if (!this.#isRunning) return;
    this.#player.setState("reconnecting");
    this.#connectLater(FIRST_RETRY_MS / 2);
  }

  /**
   * @param {WhepSession} session
   * @param {boolean} isClosedByServer
   */
  #letGo(session, isClosedByServer) {
    clearInterval(this.#reader);
    this.#session = null;
    if (isClosedByServer) session.close();
    else void session.end();
  }

  /** What was in the way may be gone. */
  #connectNow() {
    if (this.#session || this.#player.state !== "reconnecting") return;
    this.#retryMs = FIRST_RETRY_MS;
    void this.#connect("reconnecting");
  }

  /** @param {number} delayMs */
  #connectLater(delayMs) {
    // Spread out: a server that restarts is not met by all its viewers at once.
    const spread = delayMs * (0.8 + Math.random() * 0.4);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect("reconnecting"), spread);
  }

  /** @param {WhepSession} session */
  async #read(session) {
    const numbers = await session.numbers().catch(() => null);
    if (!numbers || this.#session !== session) return;
    const now = performance.now();
    if (numbers.framesDecoded > this.#frames) {
      this.#framesAt = now;
      this.#retryMs = FIRST_RETRY_MS;
      this.#player.setState("playing");
    } else if (!this.#isInterrupted) {
      this.#stands(session, now - this.#framesAt);
    }
    this.#frames = numbers.framesDecoded;
    // Another size: perhaps another publisher, with other ones to choose from.
    if (numbers.height !== this.#player.numbers?.height) void this.refreshLayers();
    this.#player.setNumbers(numbers);
  }

  /**
   * No frame came for so long, over a line that is there.
   * @param {WhepSession} session
   * @param {number} ms
   */
  #stands(session, ms) {
    const { state } = this.#player;
    if (this.#isPublishing && ms > GIVE_UP_AFTER_MS) this.#lost(session, false);
    else if (ms > STALLED_AFTER_MS && (state === "playing" || state === "reconnecting"))
      this.#player.setState("stalled");
  }

  /** @param {"idle" | "ended"} state */
  #stop(state) {
    this.#isRunning = false;
    this.#stopNetwork();
    clearTimeout(this.#timer);
    clearInterval(this.#reader);
    const session = this.#session;
    this.#session = null;
    // When a stream ends the server has ended its sessions.
    if (state === "ended") session?.close();
    else void session?.end();
    this.#player.setMedia(null);
    this.#player.setState(state);
  }
}
