// @ts-check
// The chat for those who hear it: what is new, said now and then and never in a flood. A message that
// is meant for oneself is said at once and in full.

/** @import { Message, User } from "../../types" */

import { say } from "../../words/room.js";
import { h, setText } from "../kit/dom.js";
import { concerns, eventSentence } from "./message.js";

const PAUSE_MS = 5_000;

export class ChatAnnouncer {
  #waiting = 0;
  /** @type {Message | null} */
  #last = null;
  #quietUntil = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  element = h("p", {
    class: "visually-hidden",
    role: "status",
    "aria-live": "polite",
    "data-testid": "chat-announcer",
  });

  /**
   * @param {Message[]} messages what has just come, oldest first
   * @param {User | null} me
   */
  hear(messages, me) {
    const others = messages.filter((message) => message.user?.id !== me?.id || message.detail);
    const forMe = me && others.findLast((message) => concerns(message, me));
    if (forMe) return this.#say(say("forYou", { message: sentence(forMe) }));
    if (others.length === 0) return;
    this.#waiting += others.length;
    this.#last = others.at(-1) ?? null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#quietUntil - Date.now()));
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  #tell() {
    if (!this.#last) return;
    this.#say(this.#waiting === 1 ? sentence(this.#last) : say("newMessages", { count: this.#waiting }));
  }

  /** @param {string} text */
  #say(text) {
    clearTimeout(this.#timer);
    this.#waiting = 0;
    this.#last = null;
    this.#quietUntil = Date.now() + PAUSE_MS;
    setText(this.element, text);
  }
}

/** @param {Message} message */
function sentence(message) {
  if (message.kind === "system") return eventSentence(message);
  const words = message.kind === "code" ? say("aPieceOfCode") : message.content;
  return `${message.user?.username ?? say("somebody")}: ${words}`;
}
