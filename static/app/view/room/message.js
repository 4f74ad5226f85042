// @ts-check
// One line of the chat. Text is text; only http addresses in it become links.

/** @import { Outgoing } from "../../model/chat.js" */
/** @import { Message, User } from "../../types" */

import { hueOf } from "../../model/hue.js";
import { button, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatClock } from "../kit/format.js";

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
/** Punctuation that ends a sentence, not an address. */
const TRAILING = /[.,;:!?)\]]+$/;

export class MessageRow {
  element;

  /**
   * @param {Message} message
   * @param {User | null} me
   * @param {string | null} ownerId
   */
  constructor({ seq, user, content, created_at }, me, ownerId) {
    const isMine = me !== null && user?.id === me.id;
    this.element = h(
      "li",
      {
        class: `message ${isMine ? "is-mine" : ""}`,
        "data-testid": "chat-message",
        "data-state": "sent",
        "data-seq": seq,
      },
      h("time", { class: "message-time number", datetime: created_at }, formatClock(created_at)),
      author(user, user?.id === ownerId),
      h("span", { class: "message-text" }, ...linked(content)),
    );
  }

  /** A message does not change once the server has ordered it. */
  update() {}
}

export class OutgoingRow {
  #text = h("span", { class: "message-text" });
  #state = h("span", { class: "message-state", role: "status" });
  #actions;
  element;

  /**
   * @param {User | null} me
   * @param {{ again: (clientId: string) => void, discard: (clientId: string) => void }} actions
   */
  constructor(me, actions) {
    this.#actions = actions;
    this.element = h(
      "li",
      { class: "message is-mine", "data-testid": "chat-message" },
      h("span", { class: "message-time number", "aria-hidden": "true" }, "··:··"),
      me && author(me, false),
      this.#text,
      this.#state,
    );
  }

  /** @param {{ outgoing?: Outgoing }} row */
  update({ outgoing }) {
    if (!outgoing) return;
    const { clientId, content, state, problem } = outgoing;
    this.element.dataset.state = state;
    this.element.dataset.pending = String(state !== "sent");
    fill(this.#text, ...linked(content));
    if (state !== "failed") return fill(this.#state, state === "pending" && "Sending…");
    fill(
      this.#state,
      `Not sent. ${problem} `,
      button("Try again", {
        kind: "quiet",
        class: "button inline",
        onclick: () => this.#actions.again(clientId),
      }),
      button("Remove", {
        kind: "quiet",
        class: "button inline",
        onclick: () => this.#actions.discard(clientId),
      }),
    );
  }
}

/**
 * @param {User | null} user
 * @param {boolean} isOwner
 */
function author(user, isOwner) {
  if (!user) return h("span", { class: "message-author soft" }, "erased account");
  // In a tab of its own: whoever looks somebody up wants to stay in the room.
  return link(
    `/users/${user.username}`,
    {
      target: "_blank",
      class: `message-author ${isOwner ? "is-owner" : ""}`,
      style: `--hue: ${hueOf(user.username)}`,
    },
    user.username,
    isOwner && h("span", { class: "owner-mark" }, "streamer"),
  );
}

/** @param {string} content */
function linked(content) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let from = 0;
  for (const match of content.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    parts.push(content.slice(from, match.index));
    parts.push(h("a", { href: address, target: "_blank", rel: "nofollow ugc noopener" }, address));
    from = match.index + address.length;
  }
  parts.push(content.slice(from));
  return parts;
}
