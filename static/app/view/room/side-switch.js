// @ts-check
// Chat, questions or people beside the picture, where there is space for one of them at a time.

import { say } from "../../words/code.js";
import { h, setAttributes, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

/** @typedef {{ id: string, label: string }} SidePart */

export class SideSwitch extends View {
  #side;
  #parts;
  #buttons;

  /**
   * @param {HTMLElement} side the column; its `data-side` says what it shows
   * @param {SidePart[]} parts
   */
  constructor(side, parts) {
    super(h("div", { class: "side-switch", role: "group", "aria-label": say("besideThePicture") }));
    this.#side = side;
    this.#parts = parts;
    this.#buttons = parts.map(({ id, label }) =>
      h(
        "button",
        {
          type: "button",
          class: "side-tab",
          "data-testid": `side-${id}`,
          onclick: () => this.show(id),
        },
        label,
      ),
    );
    this.element.append(...this.#buttons);
    this.show(parts[0]?.id ?? "");
  }

  /** @param {string} id */
  show(id) {
    this.#side.dataset.side = id;
    this.#parts.forEach((part, index) => {
      const tab = this.#buttons[index];
      if (tab) setAttributes(tab, { "aria-pressed": String(part.id === id) });
    });
  }

  /**
   * @param {string} id
   * @param {number} count
   */
  count(id, count) {
    const at = this.#parts.findIndex((part) => part.id === id);
    const tab = this.#buttons[at];
    const label = this.#parts[at]?.label ?? "";
    if (tab) setText(tab, count > 0 ? `${label} ${count}` : label);
  }
}
