// @ts-check
// What a person does in a room's chat, sent and brought home: messages, what becomes of them, and
// the pages of its history. The room's link tells it when the room is heard again.

/** @import { Saying } from "../model/chat.js" */
/** @import { Room } from "../model/room.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Message } from "../types" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Undo } from "./undo.js" */

import { Problem, sentenceFor } from "../wire/problem.js";
import { say } from "../words/room.js";

const PAGE_MESSAGES = 100;
const FOUND_MESSAGES = 30;

/**
 * @typedef {object} Line
 * @property {() => boolean} isUp
 * @property {(event: string, payload: object) => Promise<any>} request
 */

export class ChatLink {
  #rest;
  #toasts;
  #room;
  #line;
  #undo;
  #isDestroyed = false;

  /**
   * @param {{ rest: Rest, toasts: Toasts, undo: Undo }} app
   * @param {Room} room
   * @param {Line} line the room's connection, whichever it is just now
   */
  constructor({ rest, toasts, undo }, room, line) {
    this.#rest = rest;
    this.#toasts = toasts;
    this.#room = room;
    this.#line = line;
    this.#undo = undo;
  }

  destroy() {
    this.#isDestroyed = true;
    void this.#undo.finish(this);
  }

  /** @param {Saying} saying */
  say(saying) {
    const clientId = crypto.randomUUID();
    this.#room.chat.send(clientId, saying, new Date().toISOString());
    void this.#deliver(clientId, saying);
  }

  /** @param {string} clientId */
  sayAgain(clientId) {
    const item = this.#room.chat.outgoing.find((each) => each.clientId === clientId);
    if (!item) return;
    this.#room.chat.retry(clientId);
    void this.#deliver(clientId, item);
  }

  /** The room is heard again: what was on its way is sent once more, under the same client id. */
  deliverPending() {
    for (const item of this.#room.chat.outgoing) {
      if (item.state === "pending") void this.#deliver(item.clientId, item);
    }
  }

  /**
   * @param {Message} message
   * @param {string} content
   */
  async edit(message, content) {
    const { chat } = this.#room;
    if (content === message.content) return;
    // Shown at once; what the server says then is newer in any case.
    chat.know({ ...message, content, change: message.change + 0.5 });
    const undo = () => chat.know({ ...message, change: message.change + 0.75 });
    await this.#change("chat:edit", { id: message.id, content }, undo);
  }

  /**
   * Gone at once, and for good when there was time to think better of it.
   * @param {Message} message
   */
  delete({ id }) {
    const { chat } = this.#room;
    chat.hide(id, true);
    this.#undo.offer({
      owner: this,
      text: say("messageDeletedNote"),
      putBack: () => chat.hide(id, false),
      send: () => this.#request("chat:delete", { id }),
    });
  }

  /**
   * @param {Message} message
   * @param {string} emoji
   */
  async react(message, emoji) {
    const { chat } = this.#room;
    const on = !chat.mine(message.id).includes(emoji);
    chat.reacted(message.id, emoji, on);
    const undo = () => chat.reacted(message.id, emoji, !on);
    await this.#change("chat:react", { id: message.id, emoji, on }, undo);
  }

  /** @param {Message} message */
  async pin(message) {
    await this.#change("chat:pin", { id: message.id });
  }

  async unpin() {
    await this.#change("chat:unpin", {});
  }

  async fetchEarlier() {
    const { chat } = this.#room;
    const before = chat.messages[0]?.seq;
    if (before === undefined || chat.fetching) return;
    await this.#fetch("earlier", { before, limit: PAGE_MESSAGES }, (page) =>
      chat.prepend(page.items, page.next !== null),
    );
  }

  async fetchLater() {
    const { chat } = this.#room;
    const after = chat.messages.at(-1)?.seq;
    if (after === undefined || chat.fetching || !chat.hasLater) return;
    await this.#fetch("later", { after, limit: PAGE_MESSAGES }, (page) =>
      chat.extend(page.items, page.items.length < PAGE_MESSAGES),
    );
  }

  /**
   * Show a message with what stands around it.
   * @param {number} seq
   */
  async goTo(seq) {
    const { chat } = this.#room;
    if (chat.messages.some((message) => message.seq === seq)) return chat.goTo(seq);
    await this.#fetch("place", { around: seq, limit: PAGE_MESSAGES }, (page) =>
      chat.goTo(seq, page.items, page.next !== null),
    );
  }

  /**
   * @param {string} words
   * @param {number} [before]
   */
  async search(words, before) {
    const range = { q: words, before, limit: FOUND_MESSAGES };
    return this.#rest.messages(this.#room.streamId, range);
  }

  /**
   * @param {"earlier" | "later" | "place"} what
   * @param {{ before?: number, after?: number, around?: number, limit: number }} range
   * @param {(page: { items: Message[], next: string | null }) => void} take
   */
  async #fetch(what, range, take) {
    const { chat, streamId } = this.#room;
    try {
      await chat.fetch(what, () => this.#rest.messages(streamId, range), take);
    } catch (error) {
      chat.fetchFailed();
      if (!this.#isDestroyed) this.#toasts.error(sentenceFor(error));
    }
  }

  /**
   * @param {string} event
   * @param {object} payload
   * @param {() => void} [undo]
   */
  async #change(event, payload, undo) {
    try {
      const { message } = await this.#request(event, payload);
      // The ack may be sooner than what everybody is told; it is the same state.
      if (message && event !== "chat:pin") this.#room.chat.know(message);
    } catch (error) {
      undo?.();
      this.#toasts.error(sentenceFor(error));
    }
  }

  /**
   * @param {string} event
   * @param {object} payload
   */
  async #request(event, payload) {
    return this.#line.request(event, { stream_id: this.#room.streamId, ...payload });
  }

  /**
   * @param {string} clientId
   * @param {Saying} saying
   */
  async #deliver(clientId, { content, kind, language, replyTo }) {
    // Left pending: the next join delivers it.
    if (!this.#line.isUp()) return;
    const { chat } = this.#room;
    try {
      const answered = replyTo ? { reply_to: replyTo.id } : {};
      const code = kind === "code" ? { kind, language } : {};
      const payload = { content, client_id: clientId, ...answered, ...code };
      chat.acknowledged((await this.#request("chat:send", payload)).message);
      this.#room.house.spoke(Date.now());
    } catch (error) {
      const isOnItsWay = error instanceof Problem && error.code === "no-answer";
      if (isOnItsWay && !this.#line.isUp()) return;
      if (error instanceof Problem && error.code === "message-held") return chat.held(clientId);
      if (error instanceof Problem && error.code === "slow-mode" && error.retryAfterS) {
        this.#room.house.mustWait(error.retryAfterS, Date.now());
      }
      chat.failed(clientId, sentenceFor(error));
    }
  }
}
