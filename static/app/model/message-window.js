// @ts-check
// The stretch of a room's messages that this page holds: without holes, never more than it may, and
// not always the newest. Whoever reads further up keeps what they read; what comes meanwhile is kept
// as a short tail, so that going back to the newest is a matter of no time.

/** @import { Message } from "../types" */

/** While the newest are followed. */
export const FOLLOWED_MESSAGES = 100;
/** So many more before the oldest are dropped: all rows move when one goes, so some go together. */
const SLACK_MESSAGES = 25;
/** While somebody reads further up. */
export const READ_MESSAGES = 400;
const TAIL_MESSAGES = FOLLOWED_MESSAGES;

export class MessageWindow {
  /** @type {Message[]} */
  messages = [];
  /** Whether there may be messages before the first one. */
  hasEarlier = false;
  /** @type {Message[] | null} the newest ones, while the window does not reach them */
  #tail = null;

  get hasLater() {
    return this.#tail !== null;
  }

  /**
   * Begin anew with the newest messages.
   * @param {Message[]} messages
   * @param {boolean} hasEarlier
   */
  reset(messages, hasEarlier) {
    this.messages = messages;
    this.hasEarlier = hasEarlier;
    this.#tail = null;
  }

  /** @param {Message[]} fresh what comes right after the newest */
  append(fresh) {
    if (this.#tail) this.#tail = [...this.#tail, ...fresh].slice(-TAIL_MESSAGES);
    else this.messages = [...this.messages, ...fresh];
  }

  /**
   * Drop what is too much: the oldest while the newest are followed, the newest otherwise.
   * @param {boolean} isFollowing
   * @returns {boolean} whether something was dropped
   */
  trim(isFollowing) {
    const limit = isFollowing ? FOLLOWED_MESSAGES : READ_MESSAGES;
    if (this.messages.length <= limit + (isFollowing ? SLACK_MESSAGES : 0)) return false;
    if (isFollowing) this.#dropFirst(limit);
    else this.#dropLast(limit);
    return true;
  }

  /**
   * Add a page that stands before the first.
   * @param {Message[]} page
   * @param {boolean} hasEarlier
   */
  prepend(page, hasEarlier) {
    const first = this.messages[0]?.seq ?? Infinity;
    this.messages = [...page.filter((message) => message.seq < first), ...this.messages];
    this.hasEarlier = hasEarlier;
    if (this.messages.length > READ_MESSAGES) this.#dropLast(READ_MESSAGES);
  }

  /**
   * Add a page that stands behind the last.
   * @param {Message[]} page
   * @param {boolean} isLast whether nothing stood behind it when it was fetched
   */
  extend(page, isLast) {
    const last = this.messages.at(-1)?.seq ?? 0;
    this.messages = [...this.messages, ...page.filter((message) => message.seq > last)];
    this.#joinTail(isLast);
    if (this.messages.length > READ_MESSAGES) this.#dropFirst(READ_MESSAGES);
  }

  /**
   * Show another stretch, such as around something found.
   * @param {Message[]} page
   * @param {boolean} hasEarlier
   */
  show(page, hasEarlier) {
    this.#tail ??= this.messages.slice(-TAIL_MESSAGES);
    this.messages = page;
    this.hasEarlier = hasEarlier;
    this.#joinTail(false);
  }

  /** Show the newest again. */
  toNewest() {
    if (!this.#tail) return;
    this.reset(this.#tail, true);
  }

  /**
   * Put every message through `change`, which returns what it is now, or null when it is gone.
   * @param {(message: Message) => Message | null} change
   */
  amend(change) {
    this.messages = amended(this.messages, change);
    if (this.#tail) this.#tail = amended(this.#tail, change);
  }

  /**
   * Put in what was given back.
   * @param {Message} message
   */
  insert(message) {
    const at = this.messages.findIndex((each) => each.seq >= message.seq);
    const isInside = at > 0 || (at === 0 && !this.hasEarlier);
    if (!isInside || this.messages[at]?.seq === message.seq) return;
    this.messages = this.messages.toSpliced(at, 0, message);
  }

  /** @param {number} kept */
  #dropFirst(kept) {
    this.messages = this.messages.slice(-kept);
    this.hasEarlier = true;
  }

  /** @param {number} kept */
  #dropLast(kept) {
    this.#tail ??= this.messages.slice(-TAIL_MESSAGES);
    this.messages = this.messages.slice(0, kept);
  }

  /** @param {boolean} isLast */
  #joinTail(isLast) {
    const last = this.messages.at(-1)?.seq ?? 0;
    const tail = this.#tail;
    if (!tail) return;
    const begins = tail[0]?.seq ?? Infinity;
    // A number that is missing in between was deleted, which the server knows and we do not.
    if (!isLast && begins > last + 1) return;
    this.messages = [...this.messages, ...tail.filter((message) => message.seq > last)];
    this.#tail = null;
  }
}

/**
 * @param {Message[]} messages
 * @param {(message: Message) => Message | null} change
 */
function amended(messages, change) {
  const after = messages.map(change);
  const isSame = after.every((message, at) => message === messages[at]);
  return isSame ? messages : after.filter((message) => message !== null);
}
