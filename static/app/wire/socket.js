// @ts-check
// The room's Socket.IO connection: events in, acknowledged requests out. It signs in with the
// cookie, so it must be made anew when somebody signs in or out.

/** @import { JoinedRoom, Message, Poll, Suggestion, StreamState, CodeSessionTitle } from "../types" */
/** @import { Socket } from "../../vendor/socket.io.js" */

import { io } from "../../vendor/socket.io.js";
import { Problem } from "./problem.js";

const ACK_TIMEOUT_MS = 10_000;

/**
 * What a room's socket tells; each is called with one event's payload.
 * @typedef {object} RoomEvents
 * @property {() => void} connected
 * @property {() => void} disconnected
 * @property {(messages: Message[]) => void} messages
 * @property {(gone: { stream_id: string, ids: string[] }) => void} deleted
 * @property {(poll: Poll) => void} poll
 * @property {(suggestion: Suggestion) => void} suggestion
 * @property {(state: { stream_id: string, viewers: number }) => void} viewers
 * @property {(state: StreamState) => void} stream
 * @property {(state: { stream_id: string, epoch: string | number, seq: number }) => void} sequence
 * @property {(state: { stream_id: string, code_sessions: CodeSessionTitle[] }) => void} codeSessions
 */

export class RoomSocket {
  /** @type {Socket} */
  #socket;

  /** @param {RoomEvents} events */
  constructor(events) {
    this.#socket = io({
      forceNew: true,
      transports: ["websocket", "polling"],
      reconnectionDelayMax: 4000,
    });
    this.#socket.on("connect", events.connected);
    this.#socket.on("disconnect", (reason) => {
      events.disconnected();
      // A disconnect by the server is final for socket.io; for a viewer it is a server that restarts.
      if (reason === "io server disconnect") this.#socket.connect();
    });
    this.#socket.on("connect_error", events.disconnected);
    this.#socket.on("chat:messages", events.messages);
    this.#socket.on("chat:deleted", events.deleted);
    this.#socket.on("poll:state", events.poll);
    this.#socket.on("suggestion:state", events.suggestion);
    this.#socket.on("room:viewers", events.viewers);
    this.#socket.on("stream:state", events.stream);
    this.#socket.on("room:seq", events.sequence);
    this.#socket.on("code:sessions", events.codeSessions);
  }

  get isConnected() {
    return this.#socket.connected;
  }

  /**
   * @param {{ stream_id: string, epoch?: string | number, last_seq?: number }} where
   * @returns {Promise<JoinedRoom>}
   */
  join(where) {
    return this.request("room:join", where);
  }

  /**
   * Send an event and wait for its ack; refuse as `Problem`.
   * @param {string} event
   * @param {object} payload
   * @returns {Promise<any>}
   */
  async request(event, payload) {
    /** @type {{ ok: boolean, error?: { code: string, detail: string } }} */
    const ack = await this.#socket
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, payload)
      .catch(() => {
        throw new Problem("The server did not answer in time.", { code: "no-answer" });
      });
    if (ack.ok) return ack;
    const { code = "unknown", detail = "The server refused this." } = ack.error ?? {};
    throw new Problem(detail, { code, status: 400 });
  }

  destroy() {
    this.#socket.disconnect();
    this.#socket.off();
  }
}
