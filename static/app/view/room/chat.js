// @ts-check
// The chat panel: what is pinned, the log, the search over it, and the line to write in.

/** @import { ChatLink } from "../../link/chat-link.js" */
/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */

import { say, sayWith } from "../../words/room.js";
import { iconButton, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { ChatForm } from "./chat-form.js";
import { ChatLog } from "./chat-log.js";
import { PinnedView } from "./chat-pinned.js";
import { ChatSearch } from "./chat-search.js";
import { HouseCorner } from "./house-corner.js";

/** A link to one message: /streams/7?message=12 */
const PLACE = "message";

export class ChatView extends View {
  #room;
  #session;
  #chatLink;
  #foot = h("div", { class: "chat-foot" });
  #form;
  #log;
  #search;
  #searchButton = iconButton("search", say("searchThisChat"), {
    class: "chat-search-open",
    "aria-expanded": "false",
    "data-testid": "chat-search",
    onclick: () => this.#toggleSearch(),
  });
  #isPlaced = false;
  /** @type {HTMLElement | null} */
  #houseLine = null;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {ChatLink} chatLink
   * @param {HouseLink} houseLink
   * @param {{ report?: (message: Message) => void }} [actions] how a message is reported
   */
  constructor({ room, session }, chatLink, houseLink, { report } = {}) {
    super(h("section", { class: "chat panel", "aria-label": say("chat") }));
    this.#room = room;
    this.#session = session;
    this.#chatLink = chatLink;
    const goTo = (/** @type {number} */ seq) => void chatLink.goTo(seq);
    this.#form = new ChatForm(
      { room, session },
      {
        say: (saying) => chatLink.say(saying),
        edit: (message, content) => void chatLink.edit(message, content),
        said: () => this.#log.follow(),
      },
    );
    const house = this.own(new HouseCorner({ room, session }, houseLink, this.element));
    const more = (/** @type {Message} */ message) => house.actionsFor(message);
    this.#log = this.own(new ChatLog({ room, session }, { ...this.#logActions(goTo), report }, more));
    this.#search = this.own(
      new ChatSearch({
        search: (words, before) => chatLink.search(words, before),
        goTo: (seq) => {
          if (window.matchMedia("(max-width: 60rem)").matches) this.#toggleSearch();
          goTo(seq);
        },
        close: () => this.#toggleSearch(),
      }),
    );
    const pinned = this.own(
      new PinnedView({ room, session }, { unpin: () => void chatLink.unpin(), goTo }),
    );
    this.element.append(
      h("header", { class: "panel-head" }, h("h2", {}, say("chat")), ...house.tools, this.#searchButton),
      pinned.element,
      this.#search.element,
      this.#log.element,
      house.upcoming,
      this.#foot,
    );
    this.#houseLine = house.line;
    this.watch([room.chat], () => this.#form.render());
    this.watch([room, session], () => this.#renderFoot());
    this.watch([room.chat], () => this.#goToAddress());
  }

  /** @param {(seq: number) => void} goTo */
  #logActions(goTo) {
    const chatLink = this.#chatLink;
    const { chat } = this.#room;
    return {
      react: (/** @type {Message} */ message, /** @type {string} */ emoji) =>
        void chatLink.react(message, emoji),
      answer: (/** @type {Message} */ message) => {
        chat.answer(message);
        this.#form.focus();
      },
      edit: (/** @type {Message} */ message) => chat.edit(message),
      delete: (/** @type {Message} */ message) => chatLink.delete(message),
      pin: (/** @type {Message} */ message) => void chatLink.pin(message),
      unpin: () => void chatLink.unpin(),
      sayAgain: (/** @type {string} */ clientId) => chatLink.sayAgain(clientId),
      fetchEarlier: () => void chatLink.fetchEarlier(),
      fetchLater: () => void chatLink.fetchLater(),
      goTo,
      write: () => this.#form.focus(),
    };
  }

  #renderFoot() {
    const { stream, connection } = this.#room;
    const { state, user } = this.#session;
    if (state === "loading" || !stream) return;
    if (!user) return fill(this.#foot, this.#houseLine, signInInvitation());
    this.#form.setConnection(connection);
    fill(this.#foot, this.#houseLine, this.#form.element);
  }

  #toggleSearch() {
    const opens = this.#search.element.hidden;
    this.#searchButton.setAttribute("aria-expanded", String(opens));
    if (opens) return this.#search.open();
    this.#search.close();
    this.#searchButton.focus();
  }

  /** Somebody followed a link to one message. */
  #goToAddress() {
    if (this.#isPlaced || this.#room.chat.epoch === null) return;
    this.#isPlaced = true;
    const seq = Number(new URLSearchParams(window.location.search).get(PLACE));
    if (Number.isSafeInteger(seq) && seq > 0) void this.#chatLink.goTo(seq);
  }
}

function signInInvitation() {
  const next = `?next=${encodeURIComponent(window.location.pathname)}`;
  return h(
    "p",
    { class: "sign-in-line", "data-testid": "sign-in-line" },
    ...sayWith("signInToChat", {
      signIn: link(`/signin${next}`, {}, say("signInLink")),
      signUp: link(`/signup${next}`, {}, say("signUpLink")),
    }),
  );
}
