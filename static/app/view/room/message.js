// @ts-check
// One line of the chat: what somebody said, what the room says itself, or what is still on its way.

/** @import { Outgoing } from "../../model/chat.js" */
/** @import { Message, MessageDetail, Quote, User } from "../../types" */

import { hueOf } from "../../model/hue.js";
import { say } from "../../words/room.js";
import { button, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { countOf, formatClock } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { coloured } from "./code-colours.js";
import { marked } from "./message-text.js";

const HELD = say("aModeratorLooksAtIt");

/**
 * Who looks at it, and what they may click in it.
 * @typedef {object} Reader
 * @property {User | null} me
 * @property {string | null} ownerId
 * @property {(seq: number) => void} goTo
 * @property {(message: Message, emoji: string) => void} react
 */

export class MessageRow {
  #reader;
  /** @type {Message | null} */
  #message = null;
  /** @type {readonly string[]} */
  #mine = [];
  #isHidden = false;
  #said = h("div", { class: "message-said" });
  #reactions = h("div", { class: "message-reactions", role: "group", "aria-label": say("reactions") });
  element = h(
    "li",
    { class: "message", tabindex: "-1", "data-testid": "chat-message", "data-state": "sent" },
    this.#said,
  );

  /** @param {Reader} reader */
  constructor(reader) {
    this.#reader = reader;
  }

  /**
   * @param {Message} message
   * @param {readonly string[]} mine one's own reactions
   * @param {boolean} isHidden whether it is shown as deleted already
   */
  update(message, mine, isHidden) {
    const isSame = message === this.#message && isHidden === this.#isHidden;
    if (isSame && mine === this.#mine) return;
    this.#message = message;
    this.#mine = mine;
    this.#isHidden = isHidden;
    if (!isSame) this.#renderSaid(message);
    this.#renderReactions(message);
  }

  /** @param {Message} message */
  #renderSaid(message) {
    const { me } = this.#reader;
    const isGone = message.deleted || this.#isHidden;
    const isForMe = me !== null && !isGone && concerns(message, me);
    this.element.dataset.seq = String(message.seq);
    this.element.className = [
      "message",
      message.kind === "system" && "is-system",
      message.user?.id === me?.id && "is-mine",
      isForMe && "is-for-me",
      isGone && "is-gone",
    ]
      .filter(Boolean)
      .join(" ");
    if (message.kind === "system" && !isGone) return fill(this.#said, ...this.#event(message));
    fill(
      this.#said,
      !isGone && message.reply_to && this.#quote(message.reply_to),
      time(message),
      author(message.user, message.user?.id === this.#reader.ownerId),
      ...(isGone ? [h("span", { class: "message-gone" }, say("messageDeleted"))] : this.#words(message)),
    );
  }

  /** @param {Message} message */
  #words(message) {
    const edited = message.edited_at
      ? h("span", { class: "message-edited", title: formatClock(message.edited_at) }, say("edited"))
      : null;
    if (message.kind === "code") return [edited, coloured(message.content, message.language)];
    const names = { mentions: message.mentions, me: this.#reader.me?.username ?? null };
    return [h("span", { class: "message-text" }, ...marked(message.content, names)), edited];
  }

  /** @param {Message} message */
  #event(message) {
    return [icon("spark", 15), h("span", { class: "message-text" }, eventSentence(message))];
  }

  /** @param {Quote} quote */
  #quote(quote) {
    const name = quote.user?.username ?? say("erasedAccount");
    return h(
      "button",
      {
        type: "button",
        class: "message-quote",
        tabindex: "-1",
        title: say("goToThisMessage"),
        onclick: () => this.#reader.goTo(quote.seq),
      },
      icon("reply", 13),
      h("span", { class: "message-quote-author" }, name),
      h("span", { class: "message-quote-text" }, quote.content || say("messageDeleted")),
    );
  }

  /** @param {Message} message */
  #renderReactions(message) {
    const mine = this.#mine;
    const chips = Object.entries(counted(message.reactions, mine));
    if (chips.length === 0 || message.deleted || this.#isHidden) return this.#reactions.remove();
    const isLocked = this.#reader.me === null;
    fill(
      this.#reactions,
      ...chips.map(([emoji, count]) => {
        const isMine = mine.includes(emoji);
        return h(
          "button",
          {
            type: "button",
            class: `reaction ${isMine ? "is-mine" : ""}`,
            tabindex: "-1",
            disabled: isLocked,
            "aria-pressed": String(isMine),
            "aria-label": `${emoji} ${count}`,
            "data-testid": "reaction",
            onclick: () => this.#reader.react(message, emoji),
          },
          h("span", { "aria-hidden": "true" }, emoji),
          h("span", { class: "number" }, count),
        );
      }),
    );
    if (!this.#reactions.isConnected) this.#said.after(this.#reactions);
  }
}

export class OutgoingRow {
  #said = h("div", { class: "message-said" });
  #text = h("span", { class: "message-text" });
  #state = h("span", { class: "message-state", role: "status" });
  #me;
  #actions;
  element = h(
    "li",
    { class: "message is-mine", "data-testid": "chat-message", tabindex: "-1" },
    this.#said,
  );

  /**
   * @param {User | null} me
   * @param {{ again: (clientId: string) => void, discard: (clientId: string) => void }} actions
   */
  constructor(me, actions) {
    this.#me = me;
    this.#actions = actions;
  }

  /** @param {Outgoing} outgoing */
  update(outgoing) {
    const { clientId, content, kind, language, state, problem } = outgoing;
    this.element.dataset.state = state;
    this.element.dataset.pending = String(state !== "sent");
    const isCode = kind === "code";
    fill(this.#text, isCode ? coloured(content, language) : content);
    fill(
      this.#said,
      h("span", { class: "message-time number", "aria-hidden": "true" }, "··:··"),
      this.#me && author(this.#me, false),
      this.#text,
      this.#state,
    );
    if (state === "held") return fill(this.#state, HELD);
    if (state !== "failed") return fill(this.#state, state === "pending" && say("sending"));
    fill(
      this.#state,
      say("notSent", { problem }),
      button(say("tryAgain"), {
        kind: "quiet",
        class: "button inline",
        onclick: () => this.#actions.again(clientId),
      }),
      button(say("remove"), {
        kind: "quiet",
        class: "button inline",
        onclick: () => this.#actions.discard(clientId),
      }),
    );
  }
}

/**
 * A system message in words.
 * @param {Message} message
 */
export function eventSentence({ content, detail, user }) {
  const who = user?.username ?? say("theStreamerWho");
  switch (detail?.type) {
    case "live":
      return say("isLive", { name: who });
    case "poll_closed":
      return say("pollClosed", { question: detail.question ?? "", result: pollResult(detail) });
    case "suggestion_accepted":
      return say("acceptedASuggestionBy", { name: who, author: detail.author ?? say("anErasedAccount") });
    default:
      return content;
  }
}

/** @param {MessageDetail} detail */
function pollResult({ winner, total_votes: votes = 0 }) {
  if (votes === 0) return say("nobodyVoted");
  const result = winner ? say("winnerWon", { winner }) : say("aTie");
  return `${result}, ${countOf(votes, "vote")}`;
}

/**
 * Whether a message is meant for somebody: it names or answers them.
 * @param {Message} message
 * @param {User} me
 */
export function concerns({ mentions, reply_to: quote, user }, me) {
  if (user?.id === me.id) return false;
  return mentions.includes(me.username) || quote?.user?.id === me.id;
}

/**
 * The counts with one's own in them, which the server may not have told yet.
 * @param {Record<string, number>} reactions
 * @param {readonly string[]} mine
 */
function counted(reactions, mine) {
  const missing = mine.filter((emoji) => !reactions[emoji]);
  return { ...reactions, ...Object.fromEntries(missing.map((emoji) => [emoji, 1])) };
}

/** @param {Message} message */
function time({ created_at: at }) {
  return h("time", { class: "message-time number", datetime: at }, formatClock(at));
}

/**
 * @param {User | null} user
 * @param {boolean} isOwner
 */
function author(user, isOwner) {
  if (!user) return h("span", { class: "message-author soft" }, say("erasedAccount"));
  // In a tab of its own: whoever looks somebody up wants to stay in the room.
  return link(
    `/users/${user.username}`,
    {
      target: "_blank",
      tabindex: "-1",
      class: `message-author ${isOwner ? "is-owner" : ""}`,
      style: `--hue: ${hueOf(user.username)}`,
    },
    user.username,
    isOwner && " ",
    isOwner && h("span", { class: "owner-mark" }, say("streamer")),
  );
}
