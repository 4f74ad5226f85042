// @ts-check
// One room on the page's connection: its events in, its requests out, and leaving it at the end.

/** @import { JoinedRoom, Message, Poll, Suggestion, StreamState, CodeSessionTitle } from "../types" */
/** @import { SiteSocket } from "./socket.js" */

import { Problem } from "./problem.js";
import { CONNECTED, DISCONNECTED } from "./socket.js";
import { visitor } from "./visitor.js";

/**
 * What is told of a room; each is called with one event's payload.
 * @typedef {object} RoomEvents
 * @property {() => void} connected
 * @property {() => void} disconnected
 * @property {(messages: Message[]) => void} messages
 * @property {(messages: Message[]) => void} changed
 * @property {(gone: { stream_id: string, ids: string[] }) => void} deleted
 * @property {(state: { stream_id: string, message: Message | null }) => void} pinned
 * @property {(poll: Poll) => void} poll
 * @property {(suggestion: Suggestion) => void} suggestion
 * @property {(state: { stream_id: string, viewers: number }) => void} viewers
 * @property {(state: StreamState) => void} stream
 * @property {(state: { stream_id: string, epoch: string | number, seq: number, change?: number }) => void} sequence
 * @property {(state: { stream_id: string, code_sessions: CodeSessionTitle[] }) => void} codeSessions
 */

export class RoomSocket {
  #site;
  #streamId;
  #undo;
  #isDestroyed = false;

  /**
   * @param {SiteSocket} site
   * @param {string} streamId
   * @param {RoomEvents} events
   */
  constructor(site, streamId, events) {
    this.#site = site;
    this.#streamId = streamId;
    this.#undo = [
      site.listen(CONNECTED, events.connected),
      site.listen(DISCONNECTED, events.disconnected),
      site.listen("chat:messages", events.messages),
      site.listen("chat:changed", events.changed),
      site.listen("suggestion:state", events.suggestion),
      site.listen("chat:deleted", this.#here(events.deleted)),
      site.listen("room:pinned", this.#here(events.pinned)),
      site.listen("poll:state", this.#here(events.poll)),
      site.listen("room:viewers", this.#here(events.viewers)),
      site.listen("stream:state", this.#here(events.stream)),
      site.listen("room:seq", this.#here(events.sequence)),
      site.listen("code:sessions", this.#here(events.codeSessions)),
      site.hold(),
    ];
    // The connection may stand already; whoever made this must know it before hearing of it.
    queueMicrotask(() => !this.#isDestroyed && this.isConnected && events.connected());
  }

  get isConnected() {
    return this.#site.isConnected;
  }

  /**
   * Wait for the connection.
   * @param {number} ms for how long
   * @returns {Promise<boolean>} whether it is there now
   */
  comes(ms) {
    if (this.isConnected) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (/** @type {boolean} */ isThere) => {
        clearTimeout(timer);
        undo();
        resolve(isThere);
      };
      const timer = setTimeout(done, ms, false);
      const undo = this.#site.listen(CONNECTED, () => done(true));
    });
  }

  /**
   * @param {{ epoch?: string | number, last_seq?: number, last_change?: number }} read how far this page has read
   * @returns {Promise<JoinedRoom>}
   */
  join(read) {
    return this.request("room:join", { stream_id: this.#streamId, visitor: visitor(), ...read });
  }

  /**
   * @param {string} event
   * @param {object} payload
   * @returns {Promise<any>}
   */
  request(event, payload) {
    return this.#site.request(event, payload);
  }

  destroy() {
    this.#isDestroyed = true;
    if (this.isConnected) void this.#leave();
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  async #leave() {
    try {
      await this.request("room:leave", { stream_id: this.#streamId });
    } catch (error) {
      // A connection that ended has left every room.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /**
   * Until the server has heard that we left another room, its events come as well.
   * @template {{ stream_id: string }} T
   * @param {(payload: T) => void} listener
   * @returns {(payload: T) => void}
   */
  #here(listener) {
    return (payload) => payload.stream_id === this.#streamId && listener(payload);
  }
}
