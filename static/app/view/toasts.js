// @ts-check
// The notices over the page. None goes while somebody points at it or has the focus in it, and what a
// notice offers is at hand without a mouse: in the order of focus, and by one chord.

/** @import { Toast, Toasts } from "../model/toasts.js" */

import { say } from "../words/site.js";
import { button, iconButton } from "./kit/controls.js";
import { KeyedList, h, setText } from "./kit/dom.js";
import { View } from "./kit/view.js";

const TICK_MS = 250;

export class ToastList extends View {
  /** @param {Toasts} toasts */
  constructor(toasts) {
    super(
      h("div", {
        class: "toasts",
        role: "log",
        "aria-live": "polite",
        "aria-label": say("notices"),
      }),
    );
    /** @type {KeyedList<Toast>} */
    const list = new KeyedList(
      this.element,
      (toast) => String(toast.id),
      (toast) => new ToastRow(toast, toasts),
    );
    this.watch([toasts], () => list.set(toasts.items));
  }
}

class ToastRow {
  element;
  #left = h("span", { class: "toast-left number", "aria-hidden": "true" });
  #leftMs;
  #at = performance.now();
  /** A pointer that merely rests where a notice appears is not pointing at it. */
  #isPointedAt = false;
  /** @type {EventTarget | null} where the focus came from */
  #before = null;
  #timer;

  /**
   * @param {Toast} toast
   * @param {Toasts} toasts
   */
  constructor({ id, kind, text, action, ending, standsMs }, toasts) {
    this.#leftMs = standsMs;
    const dismiss = () => toasts.dismiss(id);
    this.element = h(
      "div",
      { class: `toast ${kind}`, "data-testid": "toast" },
      h("p", {}, text),
      ending && this.#left,
      action && toastAction(action.label, { onclick: () => toasts.act(id), "data-testid": "toast-action" }),
      ending?.label
        ? toastAction(ending.label, { onclick: dismiss, "data-testid": "toast-now" })
        : iconButton("close", say("dismiss"), { onclick: dismiss }),
    );
    this.element.addEventListener("pointermove", () => (this.#isPointedAt = true));
    this.element.addEventListener("pointerleave", () => (this.#isPointedAt = false));
    this.element.addEventListener("focusin", ({ relatedTarget }) => (this.#before ??= relatedTarget));
    this.#timer = setInterval(() => this.#tick(dismiss), TICK_MS);
    this.#show();
  }

  update() {}

  destroy() {
    clearInterval(this.#timer);
    if (!this.element.contains(document.activeElement)) return;
    const before = this.#before;
    const back = before instanceof HTMLElement && before.isConnected ? before : document.querySelector("#page");
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  }

  /** @param {() => void} dismiss */
  #tick(dismiss) {
    const now = performance.now();
    const passedMs = now - this.#at;
    this.#at = now;
    if (this.#isPointedAt || this.element.matches(":focus-within")) return;
    this.#leftMs -= passedMs;
    if (this.#leftMs <= 0) return dismiss();
    this.#show();
  }

  #show() {
    setText(this.#left, say("secondsLeft", { seconds: Math.ceil(this.#leftMs / 1000) }));
  }
}

/**
 * @param {string} label
 * @param {Record<string, any>} attributes
 */
function toastAction(label, attributes) {
  return button(label, { kind: "quiet", class: "button toast-action", ...attributes });
}
