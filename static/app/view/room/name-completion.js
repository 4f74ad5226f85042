// @ts-check
// Names after an @: a short list above the text field, moved through with the arrow keys and taken
// with Enter, Tab or a tap.

import { say } from "../../words/room.js";
import { fill, h, setAttributes } from "../kit/dom.js";

const SHOWN_NAMES = 6;
const BEGUN = /(?:^|[\s(])@([A-Za-z0-9_]*)$/;

export class NameCompletion {
  #field;
  #names;
  /** @type {string[]} */
  #found = [];
  #chosen = 0;
  element = h("ul", {
    class: "name-list",
    id: `names-${crypto.randomUUID().slice(0, 8)}`,
    role: "listbox",
    "aria-label": say("people"),
    "data-testid": "name-list",
    hidden: true,
  });

  /**
   * @param {HTMLTextAreaElement} field
   * @param {() => string[]} names those that may be meant, the likeliest first
   */
  constructor(field, names) {
    this.#field = field;
    this.#names = names;
    setAttributes(field, { "aria-controls": this.element.id });
    field.addEventListener("blur", () => this.#close());
  }

  /** Something was typed. */
  look() {
    const begun = this.#begun();
    const wanted = begun?.toLowerCase();
    this.#found =
      wanted === undefined
        ? []
        : this.#names()
            .filter((name) => name.toLowerCase().startsWith(wanted))
            .slice(0, SHOWN_NAMES);
    this.#chosen = 0;
    this.#render();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was meant for the list
   */
  keyed(event) {
    if (this.#found.length === 0) return false;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) this.#move(step);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#chosen);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #begun() {
    const { value, selectionStart, selectionEnd } = this.#field;
    if (selectionStart !== selectionEnd) return undefined;
    return BEGUN.exec(value.slice(0, selectionStart))?.[1];
  }

  /** @param {number} step */
  #move(step) {
    this.#chosen = (this.#chosen + step + this.#found.length) % this.#found.length;
    this.#render();
  }

  /** @param {number} at */
  #take(at) {
    const name = this.#found[at];
    const begun = this.#begun();
    if (name === undefined || begun === undefined) return;
    const end = this.#field.selectionStart;
    this.#field.setRangeText(`${name} `, end - begun.length, end, "end");
    this.#close();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
    this.#field.focus();
  }

  #close() {
    this.#found = [];
    this.#render();
  }

  #render() {
    const isOpen = this.#found.length > 0;
    this.element.hidden = !isOpen;
    const chosenId = `${this.element.id}-${this.#chosen}`;
    setAttributes(this.#field, {
      "aria-expanded": String(isOpen),
      "aria-activedescendant": isOpen ? chosenId : null,
    });
    fill(
      this.element,
      ...this.#found.map((name, at) =>
        h(
          "li",
          {
            id: `${this.element.id}-${at}`,
            role: "option",
            class: "name-option",
            "aria-selected": String(at === this.#chosen),
            // Before the field loses its focus.
            onpointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              this.#take(at);
            },
          },
          `@${name}`,
        ),
      ),
    );
  }
}
