// @ts-check
// Tabs over one panel: the arrow keys move between them, as in every tab list.

import { h, setAttributes } from "./dom.js";

/** @typedef {{ id: string, label: string }} Tab */

export class Tabs {
  #tabs;
  #buttons;
  #chosen;
  element;

  /**
   * @param {{ label: string, tabs: readonly Tab[], chosen: string, panel: HTMLElement }} parts
   * @param {(id: string) => void} choose
   */
  constructor({ label, tabs, chosen, panel }, choose) {
    this.#tabs = tabs;
    this.#chosen = chosen;
    panel.id ||= `panel-${crypto.randomUUID().slice(0, 8)}`;
    setAttributes(panel, { role: "tabpanel", "aria-label": label });
    const pick = (/** @type {string} */ id) => {
      if (id === this.#chosen) return;
      this.#chosen = id;
      this.#render();
      choose(id);
    };
    this.#buttons = tabs.map((tab) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tab",
          "data-testid": `tab-${tab.id}`,
          "aria-controls": panel.id,
          onclick: () => pick(tab.id),
        },
        tab.label,
      ),
    );
    this.element = h(
      "div",
      {
        class: "tabs",
        role: "tablist",
        "aria-label": label,
        onkeydown: (event) => this.#arrow(event, pick),
      },
      ...this.#buttons,
    );
    this.#render();
  }

  #render() {
    this.#tabs.forEach(({ id }, index) => {
      const isChosen = id === this.#chosen;
      const tab = this.#buttons[index];
      if (tab)
        setAttributes(tab, { "aria-selected": String(isChosen), tabindex: isChosen ? "0" : "-1" });
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {(id: string) => void} pick
   */
  #arrow(event, pick) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = this.#tabs.findIndex(({ id }) => id === this.#chosen);
    const next = (at + step + this.#tabs.length) % this.#tabs.length;
    const tab = this.#tabs[next];
    if (tab) pick(tab.id);
    this.#buttons[next]?.focus();
  }
}
