// @ts-check
// The search field: a combobox as ARIA's authoring practices have it, with the list under it.

/** @import { Choice, Suggesting } from "../../model/suggesting.js" */

import { searchPath } from "../../model/suggesting.js";
import { say, sayWith } from "../../words/site.js";
import { avatar } from "../kit/controls.js";
import { fill, h, setAttributes } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

/** @typedef {{ type: (text: string) => void, go: (path: string) => void }} SearchActions */

const QUERY_MAX_CHARS = 200;

export class SearchBox extends View {
  #suggesting;
  #actions;
  #input;
  #list;
  #id;

  /**
   * @param {Suggesting} suggesting
   * @param {SearchActions} actions
   * @param {{ id: string }} place of its parts' ids: there are two of these on a phone's search page
   */
  constructor(suggesting, actions, { id }) {
    super(h("form", { class: "search-box", role: "search" }));
    this.#suggesting = suggesting;
    this.#actions = actions;
    this.#id = id;
    this.#input = h("input", {
      type: "search",
      id,
      name: "q",
      class: "input",
      role: "combobox",
      placeholder: say("search"),
      maxlength: QUERY_MAX_CHARS,
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      enterkeyhint: "search",
      "aria-label": say("searchPeoplePostsStreamsAnd"),
      "aria-autocomplete": "list",
      "aria-controls": `${id}-choices`,
      "aria-keyshortcuts": "/",
      "data-testid": id,
      oninput: () => actions.type(this.#input.value),
      onkeydown: this.#key,
      onblur: () => suggesting.close(),
    });
    this.#list = h("ul", {
      class: "search-choices",
      role: "listbox",
      id: `${id}-choices`,
      "aria-label": say("suggestions"),
      // The field keeps the focus; a press on the list must not take it.
      onmousedown: (/** @type {MouseEvent} */ event) => event.preventDefault(),
    });
    this.element.append(
      icon("search"),
      this.#input,
      h("kbd", { "aria-hidden": "true" }, "/"),
      this.#list,
    );
    this.element.addEventListener("submit", this.#submitted);
    this.watch([suggesting], () => this.#render());
  }

  /** @param {string} text */
  set(text) {
    this.#input.value = text;
  }

  focus() {
    this.#input.focus();
  }

  #render() {
    const { choices, active, isOpen } = this.#suggesting;
    const isShown = isOpen && choices.length > 0;
    this.#list.hidden = !isShown;
    setAttributes(this.#input, {
      "aria-expanded": String(isShown),
      "aria-activedescendant": isShown && active >= 0 ? `${this.#id}-choice-${active}` : null,
    });
    fill(
      this.#list,
      ...choices.map((choice, index) => this.#option(choice, index === active, index)),
    );
    this.#list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {Choice} choice
   * @param {boolean} isActive
   * @param {number} index
   */
  #option(choice, isActive, index) {
    return h(
      "li",
      {
        role: "option",
        id: `${this.#id}-choice-${index}`,
        "aria-selected": String(isActive),
        "data-testid": "search-choice",
        onclick: () => this.#take(choice),
      },
      choice.user ? avatar(choice.user) : icon(choice.kind === "search" ? "search" : "tag"),
      choice.kind === "search"
        ? h("span", {}, ...sayWith("searchFor", { text: h("strong", {}, choice.text) }))
        : h("span", {}, choice.text),
    );
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#suggesting.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && this.#suggesting.isOpen) {
      // The first Escape closes the list, the next one empties the field.
      event.preventDefault();
      this.#suggesting.close();
    }
  };

  /** @param {SubmitEvent} event */
  #submitted = (event) => {
    event.preventDefault();
    const choice = this.#suggesting.choices[this.#suggesting.active];
    const text = this.#input.value.trim();
    if (choice) this.#take(choice);
    else if (text) this.#leave(searchPath(text));
  };

  /** @param {Choice} choice */
  #take({ kind, text, path }) {
    this.#input.value = kind === "search" ? text : "";
    this.#leave(path);
  }

  /** @param {string} path */
  #leave(path) {
    this.#suggesting.close();
    this.#input.blur();
    this.#actions.go(path);
  }
}

/** Of the fields on the page the one that can be seen. */
export function focusSearch() {
  const inputs = /** @type {HTMLInputElement[]} */ ([
    ...document.querySelectorAll(".search-box input"),
  ]);
  const seen = inputs.find((input) => input.offsetParent !== null);
  seen?.focus();
  seen?.select();
}
