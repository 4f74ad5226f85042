// @ts-check
// A room's chat as this page knows it: what the server has ordered, and what waits to be ordered.
// Sequence numbers decide: a number seen before is dropped, a hole means "ask again". What becomes of
// messages has numbers of its own, and the higher one is the later state.

/** @import { JoinedRoom, Message } from "../types" */

import { clearedOf, latest, without } from "./message-changes.js";
import { MessageWindow } from "./message-window.js";
import { News } from "./news.js";
import { Observable } from "./observable.js";
import { Outbox } from "./outbox.js";
import { OwnReactions } from "./own-reactions.js";
import { Speakers } from "./speakers.js";

export const MESSAGE_LIMIT = 500;
export const CODE_LIMIT = 2_000;
export const EDIT_MS = 60_000;
/** What can be put on a message; the first ones are the quickest to reach. */
export const EMOJI = ["👍", "❤️", "😂", "🎉", "🔥", "👏", "🚀", "👀", "💡", "🐛", "🤔", "😮"];

/**
 * What somebody wants to say.
 * @typedef {object} Saying
 * @property {string} content
 * @property {"text" | "code"} kind
 * @property {string | null} language
 * @property {Message | null} replyTo
 */

/**
 * A message on its way: shown at once, dimmed until the server has it.
 * @typedef {Saying & {
 *   clientId: string, state: "pending" | "failed" | "sent" | "held", problem: string, at: string
 * }} Outgoing `problem`: why it failed, empty otherwise
 */

export class Chat extends Observable {
  #window = new MessageWindow();
  /** What becomes of messages while a page of older ones is on its way, to be done to that too.
   * @type {News<() => void>} */
  #news = new News();
  #newsCount = 0;
  #outbox = new Outbox();
  /** @type {string | number | null} */
  epoch = null;
  lastSeq = 0;
  lastChange = 0;
  /** @type {"earlier" | "later" | "place" | null} */
  fetching = null;
  /** @type {Message | null} what stands above the chat */
  pinned = null;
  #mine = new OwnReactions();
  /** What is shown as deleted already. @type {Set<string>} */
  hidden = new Set();
  #speakers = new Speakers();
  /** What the person is typing; it outlives every repaint and reconnection. */
  draft = "";
  /** @type {Message | null} what is being answered */
  replyTo = null;
  /** @type {Message | null} what is being edited */
  editing = null;
  /** The message to look at: found, quoted or pinned. @type {number | null} */
  place = null;

  /** What is on its way. */
  get outgoing() {
    return this.#outbox.items;
  }

  get messages() {
    return this.#window.messages;
  }

  get hasEarlier() {
    return this.#window.hasEarlier;
  }

  get hasLater() {
    return this.#window.hasLater;
  }

  /** The names that may be completed, the latest speaker first. */
  get names() {
    return this.#speakers.names;
  }

  /** @param {JoinedRoom} joined */
  joined({ messages, epoch, seq, recovered, change, changed, gone, my_reactions, pinned }) {
    const continues = recovered && epoch === this.epoch;
    if (!continues) {
      this.#news.tell(RESET, null);
      this.#window.reset([], (messages[0]?.seq ?? 1) > 1);
      this.#mine.clear();
      this.lastSeq = 0;
      this.lastChange = 0;
    }
    this.epoch = epoch;
    this.pinned = pinned ?? null;
    this.#mine.take(my_reactions ?? {});
    this.#append(messages);
    if (gone?.length) this.#remove(gone);
    this.#amend(changed ?? []);
    this.lastSeq = Math.max(seq, this.lastSeq);
    this.lastChange = Math.max(change ?? 0, this.lastChange);
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
   * Take what everybody is told has become of messages.
   * @param {Message[]} messages
   */
  amend(messages) {
    this.#tell(() => this.#amend(messages));
    this.#amend(messages);
    for (const { change } of messages) this.lastChange = Math.max(this.lastChange, change);
    this.changed();
  }

  /**
   * Know more of a message than everybody has been told, such as one's own edit on its way.
   * @param {Message} message
   */
  know(message) {
    this.#tell(() => this.#amend([message]));
    this.#amend([message]);
    this.changed();
  }

  /**
   * Show a message as deleted, or not any more, while there is time to undo it.
   * @param {string} id
   * @param {boolean} isHidden
   */
  hide(id, isHidden) {
    if (isHidden) this.hidden.add(id);
    else this.hidden.delete(id);
    this.changed();
  }

  /**
   * Moderators took these away.
   * @param {string[]} ids
   */
  deleted(ids) {
    this.#tell(() => this.#remove(ids));
    this.#remove(ids);
    this.changed();
  }

  /**
   * The channel's staff took out what somebody (null: everybody) has said up to a message.
   * @param {{ user: { id: string } | null, upto_seq: number, change: number }} cleared
   */
  cleared(cleared) {
    const clear = () => this.#window.amend((message) => clearedOf(message, cleared));
    this.#tell(clear);
    clear();
    this.lastChange = Math.max(this.lastChange, cleared.change);
    this.changed();
  }

  /** Know nothing any more: the next join begins anew. */
  beginAnew() {
    this.#news.tell(RESET, null);
    this.#window.reset([], false);
    this.epoch = null;
    this.lastSeq = 0;
    this.lastChange = 0;
    this.changed();
  }

  /**
   * A moderator looks at it first.
   * @param {string} clientId
   */
  held(clientId) {
    this.#outbox.set(clientId, "held");
    this.changed();
  }

  /** @param {Message | null} message */
  pin(message) {
    this.pinned = message;
    this.changed();
  }

  /**
   * @param {string} clientId
   * @param {Saying} saying
   * @param {string} at
   */
  send(clientId, saying, at) {
    this.#outbox.add(clientId, saying, at);
    this.changed();
  }

  /**
   * The server has stored it; it stays here until its place in the order is told.
   * @param {Message} message
   */
  acknowledged(message) {
    if (message.seq <= this.lastSeq) this.#outbox.forget(new Set([message.client_id]));
    else if (message.seq === this.lastSeq + 1) this.#append([message]);
    else this.#outbox.set(message.client_id, "sent");
    this.changed();
  }

  /**
   * @param {string} clientId
   * @param {string} problem
   */
  failed(clientId, problem) {
    this.#outbox.set(clientId, "failed", problem);
    this.changed();
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.#outbox.set(clientId, "pending");
    this.changed();
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#outbox.forget(new Set([clientId]));
    this.changed();
  }

  /**
   * One's own reactions to a message.
   * @param {string} id
   * @returns {readonly string[]}
   */
  mine(id) {
    return this.#mine.of(id);
  }

  /**
   * @param {string} id
   * @param {string} emoji
   * @param {boolean} on
   */
  reacted(id, emoji, on) {
    const react = () => this.#mine.change(id, emoji, on);
    this.#tell(react);
    react();
    this.changed();
  }

  /** @param {Message | null} message */
  answer(message) {
    this.replyTo = message;
    this.editing = null;
    this.changed();
  }

  /** @param {Message | null} message */
  edit(message) {
    this.editing = message;
    this.replyTo = null;
    this.changed();
  }

  /**
   * Fetch a page of messages and take it, with what became of them while it was on its way.
   * @template P
   * @param {NonNullable<Chat["fetching"]>} what
   * @param {() => Promise<P>} fetchPage
   * @param {(page: P) => void} take
   */
  async fetch(what, fetchPage, take) {
    this.fetching = what;
    this.changed();
    const fetched = await this.#news.during(fetchPage);
    if (!fetched) return;
    const { answer, told } = fetched;
    // The chat was begun anew: this page belongs to no place in it.
    if (told.has(RESET)) return this.fetchFailed();
    take(answer);
    for (const again of told.values()) again?.();
  }

  /**
   * @param {Message[]} messages
   * @param {boolean} hasEarlier
   */
  prepend(messages, hasEarlier) {
    this.fetching = null;
    this.#mine.keep(messages);
    this.#window.prepend(messages, hasEarlier);
    this.changed();
  }

  /**
   * @param {Message[]} messages
   * @param {boolean} isLast
   */
  extend(messages, isLast) {
    this.fetching = null;
    this.#mine.keep(messages);
    this.#window.extend(messages, isLast);
    this.changed();
  }

  /**
   * Show what stands around a message.
   * @param {number} seq
   * @param {Message[]} [messages] none: it is here already
   * @param {boolean} [hasEarlier]
   */
  goTo(seq, messages, hasEarlier = false) {
    this.fetching = null;
    this.place = seq;
    if (messages) {
      this.#mine.keep(messages);
      this.#window.show(messages, hasEarlier);
    }
    this.changed();
  }

  /** The message was looked at. */
  arrived() {
    this.place = null;
  }

  fetchFailed() {
    this.fetching = null;
    this.changed();
  }

  toNewest() {
    this.#window.toNewest();
    this.changed();
  }

  /**
   * Keep no more than is good; the view says whether the newest are being followed.
   * @param {boolean} isFollowing
   */
  trim(isFollowing) {
    if (!this.#window.trim(isFollowing)) return;
    this.#mine.trim(this.messages);
    this.changed();
  }

  /** @param {() => void} again */
  #tell(again) {
    this.#news.tell(String(++this.#newsCount), again);
  }

  /** @param {Message[]} messages */
  #append(messages) {
    const fresh = messages.filter((message) => message.seq > this.lastSeq);
    if (fresh.length === 0) return;
    const ids = new Set(fresh.map((message) => message.client_id));
    this.#outbox.forget(ids);
    this.#window.append(fresh);
    this.lastSeq = fresh.at(-1)?.seq ?? this.lastSeq;
    for (const { user } of fresh) if (user) this.#speakers.heard(user.username);
  }

  /** @param {Message[]} messages */
  #amend(messages) {
    if (messages.length === 0) return;
    const byId = new Map(messages.map((message) => [message.id, message]));
    this.#window.amend((message) => latest(message, byId));
    for (const message of messages) {
      if (message.seq <= this.lastSeq) this.#window.insert(message);
      if (message.deleted) this.#mine.forget(message.id);
    }
    if (this.pinned) this.pinned = latest(this.pinned, byId);
    if (this.pinned?.deleted) this.pinned = null;
  }

  /** @param {string[]} ids */
  #remove(ids) {
    this.#window.amend((message) => without(message, ids));
    if (this.pinned && ids.includes(this.pinned.id)) this.pinned = null;
  }
}

const RESET = "reset";
