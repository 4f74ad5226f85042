// @ts-check
// A form that sends itself: what is needed is asked for, what is refused stands beside its field,
// and what went well is said.

import { say } from "../../words/site.js";
import { Field, button, showProblem } from "./controls.js";
import { h, setText } from "./dom.js";

/**
 * @typedef {object} FormParts
 * @property {Field[]} fields
 * @property {string} action
 * @property {() => Promise<unknown>} send
 * @property {string} [done] what is said when it went well
 * @property {"primary" | "danger" | "plain"} [kind]
 * @property {boolean} [isLarge]
 * @property {boolean} [isEmptied] whether the fields are emptied when it went well
 * @property {string} [testId]
 */

export class Form {
  #parts;
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #done = h("p", { class: "form-done", role: "status", hidden: true });
  #submit;
  element;

  /** @param {FormParts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { fields, action, kind = "primary", isLarge = false, testId } = parts;
    this.#submit = button(action, {
      type: "submit",
      class: `button ${kind} ${isLarge ? "large" : ""}`,
    });
    this.element = h(
      "form",
      { class: "form", novalidate: true, onsubmit: this.#submitted, "data-testid": testId },
      ...fields.map((field) => field.element),
      this.#problem,
      h("div", { class: `form-foot ${isLarge ? "is-large" : ""}` }, this.#submit, this.#done),
    );
    this.element.addEventListener("input", () => (this.#done.hidden = true));
  }

  /** @param {SubmitEvent} event */
  #submitted = async (event) => {
    event.preventDefault();
    const { fields, send, done, isEmptied = false } = this.#parts;
    const empty = fields.filter(({ control, value }) => control.required && value.trim() === "");
    for (const field of empty) field.setError(say("thisIsNeeded"));
    if (empty[0]) return empty[0].control.focus();
    this.#submit.disabled = true;
    this.#say("", "");
    try {
      await send();
      if (isEmptied) for (const { control } of fields) control.value = "";
      this.#say("", done ?? "");
    } catch (error) {
      this.#say(showProblem(error, fields), "");
    }
    this.#submit.disabled = false;
  };

  /**
   * @param {string} problem
   * @param {string} done
   */
  #say(problem, done) {
    setText(this.#problem, problem);
    this.#problem.hidden = problem === "";
    setText(this.#done, done);
    this.#done.hidden = done === "";
  }
}

/**
 * @param {string} label
 * @param {{ autocomplete: "current-password" | "new-password", pointer?: string, hint?: string }} more
 */
export function passwordField(label, { autocomplete, pointer = "/password", hint = "" }) {
  return new Field(
    label,
    h("input", { type: "password", name: autocomplete, autocomplete, required: true }),
    { pointer, hint },
  );
}

/** @param {string} hint */
export function codeField(hint) {
  const control = h("input", {
    class: "mono",
    name: "otp",
    autocomplete: "one-time-code",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
  });
  return new Field(say("code"), control, { pointer: "/otp", hint });
}
