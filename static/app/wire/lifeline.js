// @ts-check
// Keeps one connected peer connected for as long as the server has its session. When nothing comes any
// more, or the network may be another one, ICE is restarted: the picture goes on where it was, without a
// new session. Only what a restart cannot mend is given up.

import { Problem } from "./problem.js";
import { watchNetwork } from "./network.js";

/** What the server answers for a session that is over. @type {Set<number | undefined>} */
const ENDED = new Set([404, 410]);
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 4_000;
/** How long the way of a restart may take; a new session may be led another one, through TURN. */
const CONNECTS_WITHIN_MS = 6_000;

export class Lifeline {
  #peer;
  #restart;
  #interrupted;
  #lost;
  #transports;
  #stopNetwork;
  #isDestroyed = false;
  #isRestarting = false;
  /** The next try, or the look at what became of the last one. @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #retryMs = FIRST_RETRY_MS;
  #look = () => this.#see();

  /**
   * @param {RTCPeerConnection} peer
   * @param {object} session
   * @param {() => Promise<void>} session.restart restart ICE; refuses with the server's Problem
   * @param {(isInterrupted: boolean) => void} session.interrupted the way is lost for now, or found again
   * @param {(isClosedByServer: boolean) => void} session.lost it is over, told once
   */
  constructor(peer, { restart, interrupted, lost }) {
    this.#peer = peer;
    this.#restart = restart;
    this.#interrupted = interrupted;
    this.#lost = lost;
    this.#transports = peer
      .getTransceivers()
      .flatMap(({ sender, receiver }) => [sender.transport, receiver.transport]);
    peer.addEventListener("connectionstatechange", this.#look);
    // A server that ends the session closes DTLS; the peer's own state may lag behind it.
    for (const transport of this.#transports) transport?.addEventListener("statechange", this.#look);
    this.#stopNetwork = watchNetwork(() => void this.#renew());
  }

  get #isConnected() {
    return this.#peer.connectionState === "connected";
  }

  destroy() {
    this.#isDestroyed = true;
    clearTimeout(this.#timer);
    this.#stopNetwork();
    for (const transport of this.#transports)
      transport?.removeEventListener("statechange", this.#look);
    this.#peer.removeEventListener("connectionstatechange", this.#look);
  }

  #see() {
    const isClosed = this.#transports.some((transport) => transport?.state === "closed");
    if (isClosed || this.#peer.connectionState === "closed") return this.#end(isClosed);
    if (this.#isConnected) return this.#goesOn();
    this.#interrupted(true);
    // While a restart is under way this is what it makes.
    if (!this.#timer) void this.#renew();
  }

  #goesOn() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#interrupted(false);
  }

  async #renew() {
    if (this.#isRestarting || this.#isDestroyed) return;
    clearTimeout(this.#timer);
    this.#isRestarting = true;
    try {
      await this.#restart();
      this.#next(CONNECTS_WITHIN_MS, () => this.#end(false));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#isRestarting = false;
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    const problem = error instanceof Problem ? error : null;
    // Whoever cannot reach the server cannot have another session either, and keeps this one.
    if (!problem?.isTransient) return this.#end(ENDED.has(problem?.status));
    const asked = (problem.retryAfterS ?? 0) * 1000;
    this.#next(Math.max(asked, this.#retryMs), () => void this.#renew());
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /**
   * @param {number} delayMs
   * @param {() => void} step unless all is well by then
   */
  #next(delayMs, step) {
    if (this.#isDestroyed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isConnected) this.#goesOn();
      else step();
    }, delayMs);
  }

  /** @param {boolean} isClosedByServer */
  #end(isClosedByServer) {
    if (this.#isDestroyed) return;
    this.destroy();
    this.#lost(isClosedByServer);
  }
}
