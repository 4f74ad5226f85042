// @ts-check
// What can be done with a message: one toolbar for the whole chat, which stands in the message that
// is pointed at, tapped or focused. So a thousand messages cost no more buttons than one.

/** @import { Chat } from "../../model/chat.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */
/** @import { IconName } from "../kit/icons.js" */

import { EMOJI } from "../../model/chat.js";
import { say } from "../../words/room.js";
import { iconButton } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";

const QUICK_EMOJI = EMOJI.slice(0, 3);

/**
 * @typedef {object} MessageActions
 * @property {(message: Message, emoji: string) => void} react
 * @property {(message: Message) => void} answer
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} delete
 * @property {(message: Message) => void} pin
 * @property {() => void} unpin
 * @property {(message: Message) => void} [report] to the moderators of the site
 */

/** Something more that may be done with a message, by whoever moderates. */
/** @typedef {{ label: string, icon: IconName, run: () => void, kind?: "danger" }} MoreAction */

export class ActionBar {
  #room;
  #session;
  #actions;
  #more;
  #showsAll = false;
  /** @type {{ row: HTMLElement, message: Message } | null} */
  #at = null;
  element = h("div", {
    class: "message-actions",
    role: "toolbar",
    "aria-label": say("messageActions"),
    "data-testid": "message-actions",
  });

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {MessageActions} actions
   * @param {(message: Message) => MoreAction[]} more
   */
  constructor({ room, session }, actions, more) {
    this.#room = room;
    this.#session = session;
    this.#actions = actions;
    this.#more = more;
    this.element.addEventListener("keydown", (event) => this.#keyed(event));
  }

  get row() {
    return this.#at?.row ?? null;
  }

  /**
   * @param {HTMLElement} row
   * @param {Message} message
   */
  show(row, message) {
    if (this.#at?.row === row && this.#at.message === message) return;
    if (this.#at?.row !== row) this.hide();
    this.#at = { row, message };
    this.#render(message);
    for (const part of row.querySelectorAll('[tabindex="-1"]')) part.setAttribute("tabindex", "0");
    if (this.element.childElementCount > 0 && this.element.parentElement !== row) {
      row.append(this.element);
    }
    row.classList.add("has-actions");
  }

  hide() {
    const row = this.#at?.row;
    if (!row) return;
    this.#at = null;
    this.#showsAll = false;
    this.element.remove();
    row.classList.remove("has-actions");
    for (const part of row.querySelectorAll('[tabindex="0"]')) part.setAttribute("tabindex", "-1");
  }

  focus() {
    /** @type {HTMLElement | null} */ (this.element.querySelector("button"))?.focus();
  }

  /**
   * What a key pressed on a message does; false when it means nothing here.
   * @param {string} key
   * @param {Message} message
   */
  shortcut(key, message) {
    const may = this.#rights(message);
    if (key === "r" && may.answer) this.#actions.answer(message);
    else if (key === "e" && may.edit) this.#actions.edit(message);
    else if (key === "Delete" && may.delete) this.#actions.delete(message);
    else return false;
    return true;
  }

  /** @param {Message} message */
  #rights(message) {
    const { user } = this.#session;
    const isThere = !message.deleted && !this.#room.chat.hidden.has(message.id);
    const isMember = user !== null && isThere;
    const isMine = user !== null && message.user?.id === user.id && message.kind !== "system";
    const { isModerated, isOwner, stream } = this.#room;
    const isStreamers = message.user?.id === stream?.user.id;
    return {
      react: isMember,
      answer: isMember && message.kind !== "system" && stream?.status !== "ended",
      edit: isMember && isMine && this.#room.mayEdit(message),
      delete: isMember && (isMine || isOwner || (isModerated && !isStreamers)),
      pin: isMember && isModerated,
      report: isMember && !isMine && message.user !== null && message.kind !== "system" && this.#actions.report !== undefined,
    };
  }

  /** @param {Message} message */
  #render(message) {
    const may = this.#rights(message);
    const { chat } = this.#room;
    const emojis = this.#showsAll ? EMOJI : QUICK_EMOJI;
    const isPinned = chat.pinned?.id === message.id;
    fill(
      this.element,
      ...(may.react ? emojis.map((emoji) => this.#emoji(emoji, message, chat)) : []),
      may.react && !this.#showsAll && this.#act("smile", say("moreReactions"), () => this.#showAll()),
      may.answer && this.#act("reply", say("reply"), () => this.#actions.answer(message)),
      may.edit && this.#act("suggest", say("edit"), () => this.#actions.edit(message)),
      may.pin && !isPinned && this.#act("pin", say("pin"), () => this.#actions.pin(message)),
      may.pin && isPinned && this.#act("pin", say("unpin"), () => this.#actions.unpin()),
      may.delete && this.#act("trash", say("delete"), () => this.#actions.delete(message)),
      may.report && this.#act("flag", say("report"), () => this.#actions.report?.(message)),
      ...(may.pin ? this.#more(message) : []).map(({ icon, label, run }) =>
        this.#act(icon, label, run),
      ),
    );
    this.element.classList.toggle("shows-all", this.#showsAll);
  }

  #showAll() {
    if (!this.#at) return;
    this.#showsAll = true;
    this.#render(this.#at.message);
    this.focus();
  }

  /**
   * @param {string} emoji
   * @param {Message} message
   * @param {Chat} chat
   */
  #emoji(emoji, message, chat) {
    return h(
      "button",
      {
        type: "button",
        class: "emoji-button",
        "aria-label": say("reactWith", { emoji }),
        "aria-pressed": String(chat.mine(message.id).includes(emoji)),
        onclick: () => {
          this.#actions.react(message, emoji);
          this.#done();
        },
      },
      emoji,
    );
  }

  /**
   * @param {IconName} icon
   * @param {string} label
   * @param {() => void} run
   */
  #act(icon, label, run) {
    return iconButton(icon, label, {
      class: "action-button",
      onclick: () => {
        run();
        if (label !== "More reactions") this.#done();
      },
    });
  }

  /** The row keeps the focus when it had it, so the arrow keys go on from there. */
  #done() {
    const hadFocus = this.element.querySelector(":focus-visible") !== null;
    const row = this.#at?.row;
    this.hide();
    if (hadFocus) row?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = [...this.element.querySelectorAll("button")];
    const at = buttons.findIndex((each) => each === document.activeElement);
    if (step && at >= 0) {
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.#at?.row.focus({ preventScroll: true });
    }
  }
}
