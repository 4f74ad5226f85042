// @ts-check
// The chat: a log that follows what is new unless somebody reads further up, and a line to write in.

/** @import { Chat, Outgoing } from "../../model/chat.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */

import { MESSAGE_LIMIT } from "../../model/chat.js";
import { button, emptyState, iconButton, link } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { MessageRow, OutgoingRow } from "./message.js";

/** Nearer to the end than this counts as reading the newest. */
const FOLLOW_WITHIN_PX = 60;
/** Somebody who reads further up keeps more of what comes, but not all of a busy evening. */
const READING_LIMIT = 2_000;
const COUNTER_FROM = MESSAGE_LIMIT - 80;

/** @typedef {{ say: (text: string) => void, sayAgain: (clientId: string) => void, fetchEarlier: () => void }} ChatActions */
/** @typedef {{ key: string, message?: Message, outgoing?: Outgoing }} Row */

export class ChatView extends View {
  #room;
  #session;
  #actions;
  #log = h("ol", { class: "chat-log" });
  #scroller = h("div", {
    class: "chat-scroller",
    tabindex: "0",
    role: "log",
    "aria-label": "Chat messages",
  });
  #earlier = button("Earlier messages", { kind: "quiet", icon: "up" });
  #empty = h("div", { class: "chat-empty" });
  #newer = button("New messages", { icon: "down", class: "button chat-newer", hidden: true });
  #foot = h("div", { class: "chat-foot" });
  #form;
  #isFollowing = true;
  /** Where the log was scrolled to when it last moved. */
  #top = 0;
  #newest = 0;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {ChatActions} actions
   */
  constructor({ room, session }, actions) {
    super(h("section", { class: "chat panel", "aria-label": "Chat" }));
    this.#room = room;
    this.#session = session;
    this.#actions = actions;
    this.#form = new ChatForm(room.chat, actions.say, () => this.#follow());
    this.#scroller.append(this.#earlier, this.#empty, this.#log);
    this.element.append(
      h("header", { class: "panel-head" }, h("h2", {}, "Chat")),
      this.#scroller,
      this.#newer,
      this.#foot,
    );
    this.#earlier.addEventListener("click", () => actions.fetchEarlier());
    this.#newer.addEventListener("click", () => this.#follow());
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A keyboard on a phone, or a poll that opens above, takes height away: stay at the end.
    const resized = new ResizeObserver(() => this.#isFollowing && this.#toEnd());
    resized.observe(this.#scroller);
    this.whenDestroyed(() => resized.disconnect());
    const rows = new KeyedList(
      this.#log,
      (/** @type {Row} */ row) => row.key,
      (row) => this.#createRow(row),
    );
    this.watch([room.chat, session], () => this.#render(rows));
    this.watch([room, session], () => this.#renderFoot());
  }

  /** @param {Row} row */
  #createRow({ message }) {
    if (message)
      return new MessageRow(message, this.#session.user, this.#room.stream?.user.id ?? null);
    return new OutgoingRow(this.#session.user, {
      again: (clientId) => this.#actions.sayAgain(clientId),
      discard: (clientId) => this.#room.chat.discard(clientId),
    });
  }

  /** @param {KeyedList<Row>} rows */
  #render(rows) {
    const { chat } = this.#room;
    // Earlier messages push the rest down; what is being read stays where it is.
    const heightBefore = this.#scroller.scrollHeight;
    const firstBefore = this.#log.firstElementChild;
    rows.set([
      ...chat.messages.map((message) => ({ key: `m${message.seq}`, message })),
      ...chat.outgoing.map((outgoing) => ({ key: outgoing.clientId, outgoing })),
    ]);
    if (!this.#isFollowing && firstBefore !== this.#log.firstElementChild) {
      this.#scroller.scrollTop += this.#scroller.scrollHeight - heightBefore;
    }
    this.#earlier.hidden = !chat.hasEarlier;
    this.#earlier.disabled = chat.isFetchingEarlier;
    const isEmpty = chat.messages.length + chat.outgoing.length === 0;
    fill(this.#empty, isEmpty && chat.epoch !== null && nothingSaid(this.#room.isOwner));
    this.#form.render();
    const hasNews = chat.lastSeq > this.#newest;
    this.#newest = chat.lastSeq;
    if (this.#isFollowing) {
      this.#toEnd();
      chat.trim();
    } else if (hasNews) {
      this.#newer.hidden = false;
      if (chat.messages.length > READING_LIMIT) chat.trim();
    }
  }

  #renderFoot() {
    const { stream, connection } = this.#room;
    const { state, user } = this.#session;
    if (state === "loading" || !stream) return;
    if (!user) return fill(this.#foot, signInInvitation());
    this.#form.setConnection(connection);
    fill(this.#foot, this.#form.element);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN_PX;
    // Being far from the end is not enough: a poll that opened above may have taken the height away.
    if (isAtEnd) this.#isFollowing = true;
    else if (scrollTop < this.#top) this.#isFollowing = false;
    this.#top = scrollTop;
    if (this.#isFollowing) this.#newer.hidden = true;
  }

  #follow() {
    this.#isFollowing = true;
    this.#newer.hidden = true;
    this.#toEnd();
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}

class ChatForm {
  #chat;
  #say;
  #said;
  #input = h("textarea", {
    class: "input chat-input",
    rows: "1",
    maxlength: String(MESSAGE_LIMIT),
    placeholder: "Say something",
    "aria-label": "Message",
    "data-testid": "chat-input",
    enterkeyhint: "send",
  });
  #counter = h("span", { class: "chat-counter number", "aria-live": "polite" });
  #send = iconButton("send", "Send", {
    class: "chat-send",
    type: "submit",
    "data-testid": "chat-send",
  });
  element;

  /**
   * @param {Chat} chat
   * @param {(text: string) => void} say
   * @param {() => void} said
   */
  constructor(chat, say, said) {
    this.#chat = chat;
    this.#say = say;
    this.#said = said;
    this.#input.value = chat.draft;
    this.element = h("form", { class: "chat-form" }, this.#input, this.#counter, this.#send);
    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
  }

  render() {
    const left = MESSAGE_LIMIT - this.#input.value.length;
    setText(this.#counter, this.#input.value.length > COUNTER_FROM ? left : "");
    this.#send.disabled = this.#input.value.trim() === "";
  }

  /** @param {Room["connection"]} connection */
  setConnection(connection) {
    this.#input.placeholder =
      connection === "offline" ? "Offline: it is sent when the room is back" : "Say something";
  }

  #typed() {
    this.#chat.draft = this.#input.value;
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    this.render();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    if (text === "") return;
    this.#input.value = "";
    this.#typed();
    this.#say(text);
    this.#said();
  }
}

/** @param {boolean} isOwner */
function nothingSaid(isOwner) {
  const text = isOwner
    ? "What your viewers write appears here."
    : "Say hello: the streamer reads along.";
  return emptyState({ title: "Quiet so far", text, icon: "chat" });
}

function signInInvitation() {
  const next = `?next=${encodeURIComponent(window.location.pathname)}`;
  return h(
    "p",
    { class: "sign-in-line", "data-testid": "sign-in-line" },
    link(`/signin${next}`, {}, "Sign in"),
    " or ",
    link(`/signup${next}`, {}, "sign up"),
    " to chat, vote and suggest.",
  );
}
