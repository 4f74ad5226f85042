// @ts-check
// Searching a stream's chat: what was found stands over the log; choosing one leads to its place.

/** @import { Message, Page } from "../../types" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/room.js";
import { button, iconButton } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatClock } from "../kit/format.js";

const WAIT_MS = 250;
const NOTHING = say("nothingInThisChatHas");
const HINT = say("wordsAPhraseOrWithout");

/**
 * @typedef {object} SearchActions
 * @property {(words: string, before?: number) => Promise<Page<Message>>} search
 * @property {(seq: number) => void} goTo
 * @property {() => void} close
 */

export class ChatSearch {
  #actions;
  #words = "";
  /** @type {Message[]} newest first */
  #found = [];
  /** @type {string | null} */
  #next = null;
  #state = /** @type {"idle" | "loading" | "ready" | "failed"} */ ("idle");
  #problem = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #input = h("input", {
    class: "input",
    type: "search",
    placeholder: say("searchThisChat"),
    "aria-label": say("searchThisChat"),
    "data-testid": "chat-search-input",
    maxlength: "200",
  });
  #list = h("ol", { class: "chat-found" });
  #note = h("p", { class: "soft chat-found-note", role: "status" });
  #more = button(say("olderOnes"), { kind: "quiet", onclick: () => void this.#look(true) });
  element = h(
    "div",
    { class: "chat-search", role: "search", "aria-label": say("searchThisChat"), hidden: true },
    h(
      "div",
      { class: "chat-search-line" },
      this.#input,
      iconButton("close", say("closeTheSearch"), { onclick: () => this.#actions.close() }),
    ),
    h("div", { class: "chat-search-body" }, this.#note, this.#list, this.#more),
  );

  /** @param {SearchActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#input.addEventListener("input", () => this.#typed());
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && actions.close());
    this.#render();
  }

  open() {
    this.element.hidden = false;
    this.#input.focus();
  }

  close() {
    this.element.hidden = true;
    clearTimeout(this.#timer);
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#words = this.#input.value.trim();
    this.#timer = setTimeout(() => void this.#look(false), WAIT_MS);
  }

  /** @param {boolean} older */
  async #look(older) {
    const words = this.#words;
    if (words === "") {
      this.#found = [];
      this.#state = "idle";
      return this.#render();
    }
    this.#state = "loading";
    this.#render();
    try {
      const before = older ? this.#found.at(-1)?.seq : undefined;
      const page = await this.#actions.search(words, before);
      if (words !== this.#words) return;
      this.#found = [...(older ? this.#found : []), ...page.items.toReversed()];
      this.#next = page.next;
      this.#state = "ready";
    } catch (error) {
      if (words !== this.#words) return;
      this.#state = "failed";
      this.#problem = sentenceFor(error);
    }
    this.#render();
  }

  #render() {
    const isEmpty = this.#state === "ready" && this.#found.length === 0;
    const notes = { idle: HINT, loading: say("searching"), ready: "", failed: this.#problem };
    fill(this.#note, isEmpty ? NOTHING : notes[this.#state]);
    this.#more.hidden = this.#next === null || this.#found.length === 0;
    fill(
      this.#list,
      ...this.#found.map((message) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "chat-found-one",
              "data-testid": "chat-found",
              onclick: () => this.#actions.goTo(message.seq),
            },
            h("span", { class: "message-time number" }, formatClock(message.created_at)),
            h("strong", {}, message.user?.username ?? say("erasedAccount")),
            h("span", { class: "chat-found-words" }, message.content),
          ),
        ),
      ),
    );
  }
}
