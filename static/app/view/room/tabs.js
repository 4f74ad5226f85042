// @ts-check
// The panels of a room: side by side where there is space, one at a time under tabs on a phone.

import { say } from "../../words/room.js";
import { h, setAttributes } from "../kit/dom.js";
import { View } from "../kit/view.js";

const NARROW = "(max-width: 56rem)";

/** @typedef {{ id: string, label: string, panel: HTMLElement }} TabPanel */

export class PanelTabs extends View {
  #panels;
  #buttons;
  #media = window.matchMedia(NARROW);
  #active;

  /** @param {TabPanel[]} panels */
  constructor(panels) {
    super(h("div", { class: "room-tabs", role: "tablist", "aria-label": say("room") }));
    this.#panels = panels;
    this.#active = panels[0]?.id ?? "";
    this.#buttons = panels.map(({ id, label, panel }) => {
      panel.id = `panel-${id}`;
      return h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "room-tab",
          "data-testid": `tab-${id}`,
          "aria-controls": panel.id,
          onclick: () => this.show(id),
        },
        label,
      );
    });
    this.element.append(...this.#buttons);
    this.element.addEventListener("keydown", (event) => this.#arrow(event));
    const changed = () => this.#render();
    this.#media.addEventListener("change", changed);
    this.whenDestroyed(() => this.#media.removeEventListener("change", changed));
    this.#render();
  }

  /** @param {string} id */
  show(id) {
    this.#active = id;
    this.#render();
  }

  /**
   * Mark a tab: something behind it waits for this person.
   * @param {string} id
   * @param {boolean} isWaiting
   */
  mark(id, isWaiting) {
    const tab = this.#buttons[this.#panels.findIndex((panel) => panel.id === id)];
    tab?.classList.toggle("is-waiting", isWaiting);
    if (tab) setAttributes(tab, { "aria-description": isWaiting ? say("waitsForYou") : null });
  }

  #render() {
    const isNarrow = this.#media.matches;
    this.element.hidden = !isNarrow;
    this.#panels.forEach(({ id, panel }, index) => {
      const isShown = id === this.#active;
      panel.classList.toggle("is-behind", isNarrow && !isShown);
      setAttributes(panel, { role: isNarrow ? "tabpanel" : null });
      const tab = this.#buttons[index];
      if (tab)
        setAttributes(tab, { "aria-selected": String(isShown), tabindex: isShown ? "0" : "-1" });
    });
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = this.#panels.findIndex(({ id }) => id === this.#active);
    const next = (at + step + this.#panels.length) % this.#panels.length;
    this.show(this.#panels[next]?.id ?? this.#active);
    this.#buttons[next]?.focus();
  }
}
