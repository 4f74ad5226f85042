// @ts-check
// What this person has put on the messages that the page holds.

/** @import { Message } from "../types" */

/** @type {readonly string[]} */
const NONE = [];

export class OwnReactions {
  /** @type {Map<string, readonly string[]>} */
  #byMessage = new Map();

  /**
   * @param {string} id
   * @returns {readonly string[]}
   */
  of(id) {
    return this.#byMessage.get(id) ?? NONE;
  }

  /**
   * @param {string} id
   * @param {string} emoji
   * @param {boolean} on
   */
  change(id, emoji, on) {
    const others = this.of(id).filter((each) => each !== emoji);
    this.#byMessage.set(id, on ? [...others, emoji] : others);
  }

  /**
   * What the room told on joining.
   * @param {Record<string, string[]>} told
   */
  take(told) {
    for (const [id, emojis] of Object.entries(told)) this.#byMessage.set(id, emojis);
  }

  /**
   * What came with messages of the history.
   * @param {Message[]} messages
   */
  keep(messages) {
    for (const { id, my_reactions: mine } of messages) {
      if (mine?.length) this.#byMessage.set(id, mine);
    }
  }

  /** @param {string} id */
  forget(id) {
    this.#byMessage.delete(id);
  }

  clear() {
    this.#byMessage.clear();
  }

  /**
   * Forget most of what is no longer held.
   * @param {readonly Message[]} held
   */
  trim(held) {
    if (this.#byMessage.size <= held.length * 2) return;
    const ids = new Set(held.map((message) => message.id));
    for (const id of this.#byMessage.keys()) if (!ids.has(id)) this.#byMessage.delete(id);
  }
}
