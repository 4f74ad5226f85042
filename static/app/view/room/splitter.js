// @ts-check
// The line between two panels, moved by the pointer or with the arrow keys; a double click, or the
// Enter key, puts it where the design has it.

import { h, setAttributes } from "../kit/dom.js";
import { View } from "../kit/view.js";

const STEP = 16;

/**
 * @typedef {object} Split
 * @property {string} label
 * @property {"vertical" | "horizontal"} orientation how the line itself runs
 * @property {{ least: number, most: number }} range of the panel's size in pixels
 * @property {HTMLElement} panel
 * @property {() => 1 | -1} grows the direction in which the panel grows: with the axis, or against it
 * @property {(size: number | null) => void} resize null: as the design has it
 */

export class Splitter extends View {
  #split;
  /** Where the pointer and the panel were when it was pressed. @type {{ at: number, size: number } | null} */
  #pressed = null;

  /**
   * @param {Split} split
   * @param {string} name
   */
  constructor(split, name) {
    super(
      h("div", {
        class: `splitter is-${split.orientation}`,
        role: "separator",
        tabindex: "0",
        "aria-orientation": split.orientation,
        "aria-label": split.label,
        "aria-valuemin": split.range.least,
        "aria-valuemax": split.range.most,
        title: split.label,
        "data-testid": `splitter-${name}`,
      }),
    );
    this.#split = split;
    setAttributes(this.element, {
      onpointerdown: (event) => this.#press(event),
      onpointermove: (event) => this.#move(event),
      onpointerup: () => this.#release(),
      onpointercancel: () => this.#release(),
      onkeydown: (event) => this.#key(event),
      ondblclick: () => split.resize(null),
    });
    const resized = new ResizeObserver(() =>
      this.element.setAttribute("aria-valuenow", String(this.#size)),
    );
    resized.observe(split.panel);
    this.whenDestroyed(() => resized.disconnect());
  }

  get #size() {
    const { orientation, panel } = this.#split;
    return orientation === "vertical" ? panel.offsetWidth : panel.offsetHeight;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.focus();
    this.element.setPointerCapture(event.pointerId);
    this.#pressed = { at: this.#along(event), size: this.#size };
    this.element.classList.add("is-moving");
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#pressed) return;
    const moved = (this.#along(event) - this.#pressed.at) * this.#split.grows();
    this.#resize(this.#pressed.size + moved);
  }

  #release() {
    this.#pressed = null;
    this.element.classList.remove("is-moving");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { orientation, range, grows, resize } = this.#split;
    const [back, forth] =
      orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key === forth) this.#resize(this.#size + STEP * grows());
    else if (event.key === back) this.#resize(this.#size - STEP * grows());
    else if (event.key === "Home") this.#resize(range.least);
    else if (event.key === "End") this.#resize(range.most);
    else if (event.key === "Enter") resize(null);
    else return;
    event.preventDefault();
  }

  /** @param {number} size */
  #resize(size) {
    const { least, most } = this.#split.range;
    this.#split.resize(Math.min(most, Math.max(least, size)));
  }

  /** @param {PointerEvent} event */
  #along({ clientX, clientY }) {
    return this.#split.orientation === "vertical" ? clientX : clientY;
  }
}
