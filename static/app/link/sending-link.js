// @ts-check
// Keeps one picture on air: one WHIP session at a time, made again when it is lost.

/** @import { Publisher } from "../model/publisher.js" */

import { watchNetwork } from "../wire/network.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { WhipSession } from "../wire/whip.js";
import { say } from "../words/studio.js";

const READ_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 8_000;

/**
 * Where to send, and what proves that one may.
 * @typedef {{ url: string, proof: Record<string, string> }} Target
 */

export class SendingLink {
  #publisher;
  #target;
  #streamOver;
  /** @type {WhipSession | null} */
  #session = null;
  #sentTo = "";
  #retryMs = FIRST_RETRY_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #reader;
  /** While the next try is waited for. */
  #stopNetwork = () => {};

  /**
   * @param {Publisher} publisher
   * @param {{ target: () => Target | null, streamOver: () => void }} place null: nowhere to send to now
   */
  constructor(publisher, { target, streamOver }) {
    this.#publisher = publisher;
    this.#target = target;
    this.#streamOver = streamOver;
  }

  get isSending() {
    return this.#session !== null;
  }

  /** @param {"connecting" | "reconnecting"} state */
  async send(state) {
    clearTimeout(this.#timer);
    this.#stopNetwork();
    const { media, quality, isDetailed } = this.#publisher;
    const target = this.#target();
    if (!media || !target || this.#session) return;
    this.#publisher.setState(state, this.#publisher.problem);
    const session = new WhipSession(target.url, target.proof);
    this.#session = session;
    this.#sentTo = target.url;
    try {
      await session.publish(media, {
        height: quality.height,
        maxBitrateBps: quality.bitrateBps,
        motion: isDetailed ? "detail" : "motion",
        interrupted: (isInterrupted) => this.#interrupted(session, isInterrupted),
        lost: (isClosed) => this.#lost(session, isClosed),
      });
    } catch (error) {
      void session.end({ returns: true });
      if (this.#session === session) this.#refused(error);
      return;
    }
    if (this.#session !== session) return void session.end({ returns: true });
    this.#retryMs = FIRST_RETRY_MS;
    this.#publisher.setState("live");
    this.#reader = setInterval(() => void this.#read(session), READ_EVERY_MS);
  }

  /**
   * Send what is captured now: by exchanging tracks, or in a new session when the encoding changes.
   * @param {boolean} needsSession
   */
  async sendAnew(needsSession) {
    const { media } = this.#publisher;
    if (!media) return;
    if (needsSession) {
      this.hangUp();
      return this.send("reconnecting");
    }
    for (const track of media.getTracks()) await this.#session?.replaceTrack(track);
  }

  /** Send to where the target is now, if it is another one. */
  async follow() {
    if (this.#session && this.#target()?.url !== this.#sentTo) await this.sendAnew(true);
  }

  /** The server was away: make sure that it still has our session. */
  async verify() {
    const session = this.#session;
    if (!session) return this.#sendNow();
    if (this.#publisher.state === "live" && !(await session.exists())) this.#lost(session, true);
  }

  /** End the session; everybody waits for this picture to return. */
  hangUp() {
    void this.#letGo()?.end({ returns: true });
  }

  /** End the session for good: nobody waits. */
  stop() {
    void this.#letGo()?.end({ returns: false });
  }

  /** The server has ended the session. */
  drop() {
    this.#letGo()?.close();
  }

  #letGo() {
    clearTimeout(this.#timer);
    this.#stopNetwork();
    clearInterval(this.#reader);
    const session = this.#session;
    this.#session = null;
    this.#publisher.update({ numbers: null });
    return session;
  }

  /** @param {unknown} error */
  #refused(error) {
    this.#session = null;
    const problem = sentenceFor(error);
    const isTransient =
      error instanceof Problem && (error.isTransient || error.code === "ice-failed");
    const isTaken = error instanceof Problem && error.code === "already-publishing";
    if (error instanceof Problem && error.code === "stream-ended") return this.#streamOver();
    if (!isTransient && !isTaken) return this.#publisher.setState("interrupted", problem);
    this.#publisher.setState("reconnecting", problem);
    const asked = error instanceof Problem ? (error.retryAfterS ?? 0) * 1000 : 0;
    this.#stopNetwork = watchNetwork(() => this.#sendNow());
    this.#timer = setTimeout(
      () => void this.send("reconnecting"),
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
    if (isClosedByServer) this.drop();
    else this.hangUp();
    this.#publisher.setState("reconnecting", say("theConnectionWasLostIt"));
    // Whoever has just chosen another place may have been followed into the old one by oneself.
    if (isClosedByServer && this.#target()?.url === this.#sentTo) void this.#goOn(session);
    else void this.send("reconnecting");
  }

  /**
   * Two pages that take over from each other would do it for ever: who came last stays.
   * @param {WhipSession} session
   */
  async #goOn(session) {
    const isTakenOver = await session.isTakenOver();
    if (this.#session || this.#publisher.state !== "reconnecting") return;
    if (isTakenOver) this.#publisher.setState("interrupted", say("sentFromElsewhere"));
    else void this.send("reconnecting");
  }

  /**
   * The line between here and the server is lost for now, or there again; the session lives.
   * @param {WhipSession} session
   * @param {boolean} isInterrupted
   */
  #interrupted(session, isInterrupted) {
    if (this.#session !== session) return;
    if (!isInterrupted) return this.#publisher.setState("live");
    this.#publisher.setState("reconnecting", say("theConnectionWasLostIt"));
  }

  /** What was in the way may be gone. */
  #sendNow() {
    if (this.#session || this.#publisher.state !== "reconnecting") return;
    this.#retryMs = FIRST_RETRY_MS;
    void this.send("reconnecting");
  }

  /** @param {WhipSession} session */
  async #read(session) {
    const numbers = await session.numbers().catch(() => null);
    if (numbers && this.#session === session) this.#publisher.update({ numbers });
  }
}

/** @param {string} streamKey */
export function keyProof(streamKey) {
  return { Authorization: `Bearer ${streamKey}` };
}
