// @ts-check
// A room's chat as this page knows it: what the server has ordered, and what waits to be ordered.
// Sequence numbers decide: a number seen before is dropped, a hole means "ask again".

/** @import { JoinedRoom, Message } from "../types" */

import { Observable } from "./observable.js";

/** The page keeps this many; older ones can be fetched again. */
const KEPT_MESSAGES = 400;
export const MESSAGE_LIMIT = 500;

/**
 * A message on its way: shown at once, dimmed until the server has it.
 * @typedef {object} Outgoing
 * @property {string} clientId
 * @property {string} content
 * @property {"pending" | "failed" | "sent"} state
 * @property {string} problem why it failed, empty otherwise
 * @property {string} at
 */

export class Chat extends Observable {
  /** @type {Message[]} */
  messages = [];
  /** @type {Outgoing[]} */
  outgoing = [];
  /** @type {string | number | null} */
  epoch = null;
  lastSeq = 0;
  /** Whether there may be messages before the first one kept. */
  hasEarlier = false;
  isFetchingEarlier = false;
  /** What the person is typing; it outlives every repaint and reconnection. */
  draft = "";

  /** @param {JoinedRoom} joined */
  joined({ messages, epoch, seq, recovered }) {
    const continues = recovered && epoch === this.epoch;
    if (!continues) {
      this.messages = [];
      this.lastSeq = 0;
      this.hasEarlier = (messages[0]?.seq ?? 1) > 1;
    }
    this.epoch = epoch;
    this.#append(messages);
    this.lastSeq = Math.max(seq, this.lastSeq);
    this.changed();
  }

  /**
   * Take a tick's worth of live messages.
   * @param {Message[]} messages
   * @returns {boolean} false when one is missing in between, so that the room must be joined again
   */
  receive(messages) {
    const first = messages.find((message) => message.seq > this.lastSeq);
    if (first && first.seq > this.lastSeq + 1) return false;
    this.#append(messages);
    this.changed();
    return true;
  }

  /**
   * Moderators took these away.
   * @param {string[]} ids
   */
  deleted(ids) {
    this.messages = this.messages.filter((message) => !ids.includes(message.id));
    this.changed();
  }

  /**
   * @param {string} clientId
   * @param {string} content
   * @param {string} at
   */
  send(clientId, content, at) {
    this.outgoing = [...this.outgoing, { clientId, content, at, state: "pending", problem: "" }];
    this.changed();
  }

  /**
   * The server has stored it; it stays here until its place in the order is told.
   * @param {Message} message
   */
  acknowledged(message) {
    if (message.seq <= this.lastSeq) this.#forget(message.client_id);
    else if (message.seq === this.lastSeq + 1) this.#append([message]);
    else this.#setOutgoing(message.client_id, "sent", "");
    this.changed();
  }

  /**
   * @param {string} clientId
   * @param {string} problem
   */
  failed(clientId, problem) {
    this.#setOutgoing(clientId, "failed", problem);
    this.changed();
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.#setOutgoing(clientId, "pending", "");
    this.changed();
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#forget(clientId);
    this.changed();
  }

  fetchingEarlier() {
    this.isFetchingEarlier = true;
    this.changed();
  }

  /**
   * @param {Message[]} messages
   * @param {boolean} hasEarlier
   */
  prepend(messages, hasEarlier) {
    const first = this.messages[0]?.seq ?? Infinity;
    this.messages = [...messages.filter((message) => message.seq < first), ...this.messages];
    this.hasEarlier = hasEarlier;
    this.isFetchingEarlier = false;
    this.changed();
  }

  /** Drop the oldest beyond what is kept; the view calls it when nobody is reading up there. */
  trim() {
    if (this.messages.length <= KEPT_MESSAGES) return;
    this.messages = this.messages.slice(-KEPT_MESSAGES);
    this.hasEarlier = true;
    this.changed();
  }

  /** @param {Message[]} messages */
  #append(messages) {
    const fresh = messages.filter((message) => message.seq > this.lastSeq);
    const ids = new Set(fresh.map((message) => message.client_id));
    this.outgoing = this.outgoing.filter(({ clientId }) => !ids.has(clientId));
    this.messages = [...this.messages, ...fresh];
    this.lastSeq = fresh.at(-1)?.seq ?? this.lastSeq;
  }

  /** @param {string | null} clientId */
  #forget(clientId) {
    this.outgoing = this.outgoing.filter((item) => item.clientId !== clientId);
  }

  /**
   * @param {string | null} clientId
   * @param {Outgoing["state"]} state
   * @param {string} problem
   */
  #setOutgoing(clientId, state, problem) {
    this.outgoing = this.outgoing.map((item) =>
      item.clientId === clientId ? { ...item, state, problem } : item,
    );
  }
}
