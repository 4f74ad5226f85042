// @ts-check
// The page's one Socket.IO connection, for whoever needs it: open while somebody holds it, acknowledged
// requests out, events in. It signs in with the cookie, so it is renewed when somebody signs in or out.

/** @import { Socket } from "../../vendor/socket.io.js" */

import { say } from "../words/site.js";
import { Problem } from "./problem.js";

const ACK_TIMEOUT_MS = 10_000;
const LOAD_AGAIN_MS = 4_000;

/** Told as events of our own, beside the server's: the connection stands, or does not. */
export const CONNECTED = "connect";
export const DISCONNECTED = "disconnect";

export class SiteSocket {
  /** @type {Socket | null} */
  #socket = null;
  /** @type {Promise<void> | null} */
  #loading = null;
  #holders = 0;
  /** @type {Map<string, Set<(payload: any) => void>>} */
  #listeners = new Map();

  get isConnected() {
    return this.#socket?.connected ?? false;
  }

  /**
   * Keep the connection open.
   * @returns {() => void} let go of it; the last one closes it
   */
  hold() {
    this.#holders++;
    void this.#open();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders--;
      if (this.#holders === 0) this.#socket?.disconnect();
    };
  }

  /**
   * @param {string} event the server's, or `CONNECTED` or `DISCONNECTED`
   * @param {(payload: any) => void} listener
   * @returns {() => void} unsubscribe
   */
  listen(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Connect anew, as whoever the cookie says now. */
  renew() {
    if (!this.#socket?.active) return;
    this.#socket.disconnect();
    this.#socket.connect();
  }

  /**
   * Send an event and wait for its ack; refuse as `Problem`.
   * @param {string} event
   * @param {object} payload
   * @returns {Promise<any>}
   */
  async request(event, payload) {
    /** @type {{ ok: boolean, error?: { code: string, detail: string, retry_after_s?: number } } | undefined} */
    const ack = await this.#socket
      ?.timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, payload)
      .catch(() => undefined);
    if (!ack) throw new Problem(say("theServerDidNotAnswer"), { code: "no-answer" });
    if (ack.ok) return ack;
    const { code = "unknown", detail = say("theServerRefusedThis"), retry_after_s: wait } =
      ack.error ?? {};
    throw new Problem(detail, { code, status: 400, retryAfterS: wait ?? null });
  }

  async #open() {
    try {
      this.#loading ??= this.#load();
      await this.#loading;
    } catch {
      this.#loading = null;
      this.#tell(DISCONNECTED);
      setTimeout(() => this.#holders > 0 && void this.#open(), LOAD_AGAIN_MS);
      return;
    }
    if (this.#holders > 0) this.#socket?.connect();
  }

  /** The library is fetched when it is first needed: who only reads does without it. */
  async #load() {
    const { io } = await import("../../vendor/socket.io.js");
    const socket = io({
      forceNew: true,
      autoConnect: false,
      transports: ["websocket", "polling"],
      reconnectionDelayMax: 4000,
    });
    socket.on("connect", () => this.#tell(CONNECTED));
    socket.on("disconnect", (reason) => {
      this.#tell(DISCONNECTED);
      // A disconnect by the server is final for socket.io; for a viewer it is a server that restarts.
      if (reason === "io server disconnect" && this.#holders > 0) socket.connect();
    });
    socket.on("connect_error", () => this.#tell(DISCONNECTED));
    socket.onAny((event, payload) => this.#tell(event, payload));
    this.#socket = socket;
  }

  /**
   * @param {string} event
   * @param {unknown} [payload]
   */
  #tell(event, payload) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload);
  }
}
