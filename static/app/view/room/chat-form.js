// @ts-check
// The line to write in: text or a piece of code, an answer, an edit, and names that complete.

/** @import { Saying } from "../../model/chat.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */

import { CODE_LIMIT, MESSAGE_LIMIT } from "../../model/chat.js";
import { say } from "../../words/room.js";
import { iconButton } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { LANGUAGES } from "./code-colours.js";
import { NameCompletion } from "./name-completion.js";

const SAY_SOMETHING = say("saySomething");
const WRITE_CODE = say("pasteOrWriteCodeSend");
const OFFLINE = say("offlineItIsSentWhen");
/** A whole message between fences is code, as everywhere else. */
const FENCED = /^```([\w+#.-]*)[ \t]*\n([\s\S]*?)\n?```$/;

/**
 * @typedef {object} FormActions
 * @property {(saying: Saying) => void} say
 * @property {(message: Message, content: string) => void} edit
 * @property {() => void} said
 */

export class ChatForm {
  #room;
  #chat;
  #session;
  #actions;
  #kind = /** @type {"text" | "code"} */ ("text");
  #connection = "connecting";
  /** @type {Message | null} */
  #edited = null;
  #about = h("div", { class: "chat-about", hidden: true });
  #input = h("textarea", {
    class: "input chat-input",
    rows: "1",
    maxlength: String(MESSAGE_LIMIT),
    placeholder: SAY_SOMETHING,
    "aria-label": say("message"),
    "data-testid": "chat-input",
    enterkeyhint: "send",
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
  });
  #language = h(
    "select",
    { class: "input chat-language", "aria-label": say("languageOfTheCode"), hidden: true },
    h("option", { value: "" }, "plain"),
    ...LANGUAGES.map((name) => h("option", { value: name }, name)),
  );
  #code = iconButton("code", say("writeCode"), {
    class: "chat-code",
    "aria-pressed": "false",
    "data-testid": "chat-code",
    onclick: () => this.#setKind(this.#kind === "code" ? "text" : "code"),
  });
  #counter = h("span", { class: "chat-counter number", "aria-live": "polite" });
  #send = iconButton("send", say("send"), {
    class: "chat-send",
    type: "submit",
    "data-testid": "chat-send",
  });
  #names;
  element;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {FormActions} actions
   */
  constructor({ room, session }, actions) {
    const { chat } = room;
    this.#room = room;
    this.#chat = chat;
    this.#session = session;
    this.#actions = actions;
    this.#input.value = chat.draft;
    this.#names = new NameCompletion(this.#input, () => this.#knownNames());
    this.element = h(
      "form",
      { class: "chat-form" },
      this.#about,
      this.#names.element,
      this.#language,
      h("div", { class: "chat-line" }, this.#input, this.#counter, this.#code, this.#send),
    );
    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#keyed(event));
  }

  focus() {
    this.#input.focus();
  }

  render() {
    const { editing, replyTo } = this.#chat;
    if (editing !== this.#edited) this.#switchEdited(editing);
    this.#renderAbout(editing, replyTo);
    const limit = this.#limit;
    if (this.#input.maxLength !== limit) this.#input.maxLength = limit;
    const left = limit - this.#input.value.length;
    setText(this.#counter, left < 80 ? left : "");
    this.#send.disabled = this.#input.value.trim() === "";
  }

  /** @param {Room["connection"]} connection */
  setConnection(connection) {
    this.#connection = connection;
    this.#renderPlaceholder();
  }

  get #limit() {
    return this.#kind === "code" ? CODE_LIMIT : MESSAGE_LIMIT;
  }

  #knownNames() {
    const me = this.#session.user?.username;
    return this.#chat.names.filter((name) => name !== me);
  }

  /** @param {Message | null} message */
  #switchEdited(message) {
    this.#edited = message;
    this.#input.value = message ? message.content : this.#chat.draft;
    this.#setKind(message?.kind === "code" ? "code" : "text");
    this.#grow();
    if (message) this.#input.focus();
  }

  /**
   * @param {Message | null} editing
   * @param {Message | null} replyTo
   */
  #renderAbout(editing, replyTo) {
    const about = editing ?? replyTo;
    this.#about.hidden = about === null;
    this.#code.hidden = editing !== null;
    if (!about) return;
    const what = editing ? say("editing") : say("replyingTo", { name: about.user?.username ?? say("anErasedAccount") });
    fill(
      this.#about,
      icon(editing ? "suggest" : "reply", 14),
      h("span", { class: "chat-about-what" }, what),
      h("span", { class: "chat-about-words" }, editing ? "" : about.content),
      iconButton("close", editing ? say("stopEditing") : say("doNotReply"), {
        class: "chat-about-close",
        onclick: () => this.#cancel(),
      }),
    );
  }

  #cancel() {
    if (this.#chat.editing) this.#chat.edit(null);
    else this.#chat.answer(null);
    this.#input.focus();
  }

  /** @param {"text" | "code"} kind */
  #setKind(kind) {
    this.#kind = kind;
    const isCode = kind === "code";
    this.#language.hidden = !isCode || this.#edited !== null;
    this.element.classList.toggle("is-code", isCode);
    setAttributes(this.#code, { "aria-pressed": String(isCode) });
    setAttributes(this.#input, { rows: isCode ? "4" : "1", enterkeyhint: isCode ? "enter" : "send" });
    this.#renderPlaceholder();
    this.#grow();
    this.render();
  }

  #renderPlaceholder() {
    const isOffline = this.#connection === "offline";
    const text = this.#kind === "code" ? WRITE_CODE : SAY_SOMETHING;
    this.#input.placeholder = isOffline ? OFFLINE : text;
  }

  #typed() {
    if (!this.#edited) this.#chat.draft = this.#input.value;
    this.#grow();
    this.render();
    if (this.#kind === "text") this.#names.look();
  }

  #grow() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.isComposing || this.#names.keyed(event)) return;
    const sends = this.#kind === "code" ? event.ctrlKey || event.metaKey : !event.shiftKey;
    if (event.key === "Enter" && sends) this.#submit(event);
    else if (event.key === "Escape" && !this.#about.hidden) this.#cancel();
    else if (event.key === "ArrowUp" && this.#input.value === "") this.#editLast(event);
    else if (event.key === "Tab" && this.#kind === "code" && !event.shiftKey) this.#indent(event);
  }

  /** @param {KeyboardEvent} event */
  #indent(event) {
    // A keyboard must be able to leave: an empty line, or Escape before Tab, goes on to the next part.
    if (this.#input.value === "") return;
    event.preventDefault();
    this.#input.setRangeText("    ", this.#input.selectionStart, this.#input.selectionEnd, "end");
    this.#typed();
  }

  /** @param {KeyboardEvent} event */
  #editLast(event) {
    const me = this.#session.user?.id;
    const mine = this.#chat.messages.findLast((message) => message.user?.id === me);
    if (!mine || !this.#room.mayEdit(mine)) return;
    event.preventDefault();
    this.#chat.edit(mine);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const { editing, replyTo } = this.#chat;
    const typed = this.#input.value;
    if (typed.trim() === "") return;
    if (editing) {
      this.#chat.edit(null);
      this.render();
      return this.#actions.edit(editing, this.#kind === "code" ? typed : typed.trim());
    }
    const fenced = this.#kind === "text" ? FENCED.exec(typed.trim()) : null;
    this.#input.value = "";
    this.#chat.draft = "";
    this.#chat.answer(null);
    this.#actions.say(fenced ? fencedCode(fenced, replyTo) : this.#saying(typed, replyTo));
    this.#setKind("text");
    this.#actions.said();
  }

  /**
   * @param {string} typed
   * @param {Message | null} replyTo
   * @returns {Saying}
   */
  #saying(typed, replyTo) {
    if (this.#kind === "text") {
      return { content: typed.trim(), kind: "text", language: null, replyTo };
    }
    return { content: typed, kind: "code", language: this.#language.value || null, replyTo };
  }
}

/**
 * @param {RegExpExecArray} fenced
 * @param {Message | null} replyTo
 * @returns {Saying}
 */
function fencedCode([, language, code], replyTo) {
  return { content: code ?? "", kind: "code", language: language?.toLowerCase() || null, replyTo };
}
