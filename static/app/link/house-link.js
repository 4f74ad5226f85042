// @ts-check
// Keeps the house rules of a room in step with the server, and carries out what its staff does.

/** @import { HeldMessage, HouseRules } from "../types-house" */
/** @import { Room } from "../model/room.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { SiteSocket } from "../wire/socket.js" */

import { News, withNews } from "../model/news.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { say } from "../words/room.js";

const DENIED = say("aModeratorDidNotLet");

export class HouseLink {
  rest;
  #toasts;
  #room;
  #request;
  #readAgain;
  #undo;
  /** @type {News<HeldMessage>} */
  #heldNews = new News();

  /**
   * @param {{ rest: Rest, socket: SiteSocket, toasts: Toasts }} app
   * @param {Room} room
   * @param {(event: string, payload: object) => Promise<any>} request
   * @param {() => void} readAgain join the room again and begin its chat anew
   */
  constructor({ rest, socket, toasts }, room, request, readAgain) {
    this.rest = rest;
    this.#toasts = toasts;
    this.#room = room;
    this.#request = request;
    this.#readAgain = readAgain;
    const { house, chat } = room;
    const on = (/** @type {string} */ event, /** @type {(payload: any) => void} */ listener) =>
      socket.listen(
        event,
        (payload) => payload.stream_id === room.streamId && listener(payload),
      );
    this.#undo = [
      on("room:rules", ({ stream_id: _, ...rules }) => this.#rulesChanged(rules)),
      on("room:standing", (standing) => this.#standingChanged(standing)),
      on("chat:upcoming", ({ messages }) => house.coming(messages)),
      on("chat:held", (held) => this.#hold(held)),
      on("chat:held-decided", ({ id }) => this.#decided(id)),
      on("chat:reviewed", ({ client_id: clientId, approved }) => {
        if (!approved) chat.failed(clientId, DENIED);
      }),
      on("poll:counts", (counts) => room.poll.count(counts)),
      on("chat:cleared", (cleared) => chat.cleared(cleared)),
      on("chat:restored", () => this.#readAgain()),
      chat.subscribe(() => house.told(chat.lastSeq)),
    ];
  }

  destroy() {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#heldNews.close();
  }

  get owner() {
    return this.#room.stream?.user.username ?? "";
  }

  get channels() {
    return this.rest.channels;
  }

  /** The room was joined. */
  async joined() {
    const { house, streamId } = this.#room;
    if (!house.isStaff) return;
    try {
      const asked = await this.#heldNews.during(() => this.rest.channels.held(streamId, null));
      if (asked && house.isStaff) house.setHeld(withNews(asked.answer.items, asked.told));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /**
   * @param {string} name
   * @param {number} seconds
   * @param {string} length in words
   */
  timeOut(name, seconds, length) {
    return this.#banned(name, { seconds }, say("isTimedOutFor", { name, length }));
  }

  /**
   * @param {string} name
   * @param {string} [reason]
   */
  ban(name, reason) {
    const ban = reason ? { reason } : {};
    return this.#banned(name, ban, say("isBannedFromThisChannel", { name }));
  }

  /** @param {string} name */
  async unban(name) {
    await this.#try(async () => {
      await this.channels.unban(this.owner, name);
      this.#toasts.note(say("mayTakePartAgain", { name }));
    });
  }

  /** @param {string | null} name null: everybody */
  async clear(name) {
    const { streamId } = this.#room;
    await this.#try(async () => {
      const { id, messages } = await this.channels.clear(streamId, name);
      const text = name
        ? say("messagesOfDeleted", { count: messages, name })
        : say("messagesDeleted", { count: messages });
      this.#toasts.note(text, {
        label: say("undo"),
        run: () => void this.#try(() => this.channels.undoClearing(streamId, id)),
        isUndo: true,
      });
    });
  }

  /** At once: there is no time to think it over before the others read it. @param {string} id */
  async deleteNow(id) {
    await this.#try(async () => {
      await this.#request("chat:delete", { stream_id: this.#room.streamId, id });
      this.#room.house.withdraw(id);
    });
  }

  /** @param {string} name */
  async appoint(name) {
    await this.#try(async () => {
      await this.channels.appoint(this.owner, name);
      this.#toasts.note(say("moderatesYourChannelNow", { name }), {
        label: say("undo"),
        run: () => void this.dismiss(name),
        isUndo: true,
      });
    });
  }

  /** @param {string} name */
  async dismiss(name) {
    await this.#try(async () => {
      await this.channels.dismiss(this.owner, name);
      this.#toasts.note(say("moderatesYourChannelNoMore", { name }), {
        label: say("undo"),
        run: () => void this.appoint(name),
        isUndo: true,
      });
    });
  }

  /**
   * @param {string} id
   * @param {boolean} approve
   */
  async review(id, approve) {
    await this.#try(async () => {
      await this.channels.review(this.#room.streamId, id, approve);
      this.#decided(id);
    });
  }

  /** @param {HeldMessage} message */
  #hold(message) {
    if (!this.#room.house.isStaff) return;
    this.#heldNews.tell(message.id, message);
    this.#room.house.hold(message);
  }

  /** @param {string} id */
  #decided(id) {
    this.#heldNews.tell(id, null);
    this.#room.house.decided(id);
  }

  /**
   * @param {string} name
   * @param {{ seconds?: number, reason?: string }} ban
   * @param {string} said
   */
  async #banned(name, ban, said) {
    await this.#try(async () => {
      await this.channels.ban(this.owner, name, ban);
      this.#toasts.note(said, { label: say("undo"), run: () => void this.unban(name), isUndo: true });
    });
  }

  /** @param {() => Promise<unknown>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
    }
  }

  /** @param {HouseRules} rules */
  #rulesChanged(rules) {
    const { house, role } = this.#room;
    const before = house.rules;
    house.setRules(rules);
    // A guest's chat closes, or opens.
    if (role === "guest" && before.signed_in_only !== rules.signed_in_only) this.#readAgain();
  }

  /** @param {import("../types-house").Standing} standing */
  #standingChanged(standing) {
    const was = this.#room.house.isStaff;
    this.#room.house.setStanding(standing);
    // The role of this person in the room is another one.
    if (was !== standing.is_staff) this.#readAgain();
  }
}
