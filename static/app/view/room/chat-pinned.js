// @ts-check
// The pinned message, above the chat. Whoever has read it may fold it away for this visit.

/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */

import { say } from "../../words/room.js";
import { iconButton } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";
import { marked } from "./message-text.js";

/** @typedef {{ unpin: () => void, goTo: (seq: number) => void }} PinnedActions */

export class PinnedView extends View {
  #room;
  #session;
  #actions;
  /** @type {string | null} */
  #folded = null;
  /** @type {unknown[]} what was rendered: the chat changes far more often than this */
  #shown = [];

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {PinnedActions} actions
   */
  constructor({ room, session }, actions) {
    super(h("aside", { class: "chat-pinned", "aria-label": say("pinnedMessage"), hidden: true }));
    this.#room = room;
    this.#session = session;
    this.#actions = actions;
    this.element.dataset.testid = "chat-pinned";
    this.watch([room, room.chat, session], () => this.#render());
  }

  #render() {
    const { chat, isModerated } = this.#room;
    const message = chat.pinned;
    this.element.hidden = !message || this.#folded === message.id;
    if (!message || this.element.hidden) return;
    const shown = [message, isModerated, this.#session.user];
    if (shown.every((each, at) => each === this.#shown[at])) return;
    this.#shown = shown;
    const names = { mentions: message.mentions, me: this.#session.user?.username ?? null };
    fill(
      this.element,
      icon("pin", 15),
      h(
        "div",
        { class: "chat-pinned-words" },
        h("strong", {}, message.user?.username ?? say("erasedAccount")),
        h("span", { class: "message-text" }, ...marked(message.content, names)),
      ),
      iconButton("up", say("goToThePinnedMessage"), {
        class: "small",
        onclick: () => this.#actions.goTo(message.seq),
      }),
      isModerated
        ? iconButton("close", say("unpin"), {
            class: "small",
            onclick: () => this.#actions.unpin(),
          })
        : iconButton("close", say("hideThePinnedMessage"), {
            class: "small",
            onclick: () => {
              this.#folded = message.id;
              this.#render();
            },
          }),
    );
  }
}
