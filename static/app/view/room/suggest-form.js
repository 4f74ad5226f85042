// @ts-check
// The form that proposes other text for some lines. What was typed stays until the server has it.

import { say } from "../../words/code.js";
import { Field, button, showProblem } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";

/**
 * @typedef {object} SuggestActions
 * @property {(start: number, end: number) => string} lines
 * @property {() => number} lineCount
 * @property {(proposal: { lineStart: number, lineEnd: number, content: string, clientId: string }) => Promise<void>} suggest
 * @property {() => void} close
 */

export class SuggestForm {
  #actions;
  /** One id for all tries of this proposal: a retry is not a second suggestion. */
  #clientId = crypto.randomUUID();
  #start;
  #end;
  #content = new Field(
    say("newTextForTheseLines"),
    h("textarea", {
      class: "code-input",
      rows: "5",
      spellcheck: "false",
      "data-testid": "suggest-content",
    }),
    {
      pointer: "/content",
    },
  );
  /** The text put in for the chosen lines, to see whether the person has changed it. */
  #offered = "";
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #submit = button(say("propose"), {
    kind: "primary",
    type: "submit",
    "data-testid": "suggest-submit",
  });
  element;

  /**
   * @param {{ lineStart: number, lineEnd: number, content?: string }} range with what to begin from, if
   *   not from what stands there
   * @param {SuggestActions} actions
   */
  constructor({ lineStart, lineEnd, content }, actions) {
    this.#actions = actions;
    this.#start = lineField(say("fromLine"), lineStart, "/line_start");
    this.#end = lineField(say("toLine"), lineEnd, "/line_end");
    for (const field of [this.#start, this.#end])
      field.control.addEventListener("input", () => this.#offer());
    this.element = h(
      "form",
      {
        class: "form suggest-form",
        novalidate: true,
        "data-testid": "suggest-form",
        "aria-label": say("suggestAChange"),
      },
      h("div", { class: "line-fields" }, this.#start.element, this.#end.element),
      this.#content.element,
      this.#problem,
      h(
        "div",
        { class: "dialog-actions" },
        button(say("cancel"), { kind: "quiet", onclick: actions.close }),
        this.#submit,
      ),
    );
    this.element.addEventListener("submit", (event) => void this.#submitted(event));
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && actions.close());
    this.#offer();
    if (content !== undefined) this.#content.control.value = content;
  }

  focus() {
    const area = /** @type {HTMLTextAreaElement} */ (this.#content.control);
    area.focus({ preventScroll: true });
    area.setSelectionRange(0, 0);
  }

  #offer() {
    const isUntouched = this.#content.value === this.#offered;
    this.#offered = this.#actions.lines(Number(this.#start.value), Number(this.#end.value));
    if (isUntouched) this.#content.control.value = this.#offered;
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    const lineStart = Number(this.#start.value);
    const lineEnd = Number(this.#end.value);
    if (!(lineStart >= 1)) return this.#start.setError(say("linesCountFrom1"));
    if (lineEnd < lineStart) return this.#end.setError(say("notBeforeTheFirst"));
    if (lineEnd > this.#actions.lineCount()) return this.#end.setError(say("theCodeIsShorter"));
    if (this.#content.value === this.#actions.lines(lineStart, lineEnd)) {
      return this.#content.setError(say("thisIsWhatStandsThere"));
    }
    this.#submit.disabled = true;
    try {
      await this.#actions.suggest({
        lineStart,
        lineEnd,
        content: this.#content.value,
        clientId: this.#clientId,
      });
      this.#actions.close();
    } catch (error) {
      setText(this.#problem, showProblem(error, [this.#start, this.#end, this.#content]));
      this.#problem.hidden = this.#problem.textContent === "";
    }
    this.#submit.disabled = false;
  }
}

/**
 * @param {string} label
 * @param {number} value
 * @param {string} pointer
 */
function lineField(label, value, pointer) {
  return new Field(label, h("input", { type: "number", min: "1", inputmode: "numeric", value }), {
    pointer,
  });
}
