// @ts-check
// Buttons, fields and the other small parts that every page uses.

/** @import { FieldError, User } from "../../types" */
/** @import { IconName } from "./icons.js" */
/** @import { Child, Properties } from "./dom.js" */

import { hueOf } from "../../model/hue.js";
import { Problem, sentenceFor } from "../../wire/problem.js";
import { fieldSentence } from "../../words/problems.js";
import { say } from "../../words/site.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} label
 * @param {Properties & { icon?: IconName, kind?: "primary" | "quiet" | "danger" | "live" | "plain" }} properties
 */
export function button(label, { icon: name, kind = "plain", ...properties }) {
  return h(
    "button",
    { type: "button", class: `button ${kind}`, ...properties },
    name && icon(name),
    h("span", {}, label),
  );
}

/**
 * A button of an icon only; its label is for those who hear the page and for the tooltip.
 * @param {IconName} name
 * @param {string} label
 * @param {Properties} properties
 */
export function iconButton(name, label, properties) {
  const { class: extra = "", ...rest } = properties;
  return h(
    "button",
    { type: "button", class: `icon-button ${extra}`, "aria-label": label, title: label, ...rest },
    icon(name),
  );
}

/**
 * A link inside the app; the router takes its clicks.
 * @param {string} href
 * @param {Properties} properties
 * @param {...Child} children
 */
export function link(href, properties, ...children) {
  return h("a", { href, ...properties }, ...children);
}

/** @param {User & { avatar_small_url?: string | null }} user */
export function avatar(user) {
  if (user.avatar_small_url) return h("img", { class: "avatar", src: user.avatar_small_url, alt: "" });
  const initial = user.username.slice(0, 1).toUpperCase();
  return h(
    "span",
    { class: "avatar", style: `--hue: ${hueOf(user.username)}`, "aria-hidden": "true" },
    initial,
  );
}

/**
 * Somebody's name, leading to their page. An account that is gone leads nowhere.
 * @param {User | null} user
 * @param {string} [extra] classes
 */
export function personLink(user, extra = "") {
  if (!user) return h("span", { class: `person soft ${extra}` }, say("erasedAccount"));
  return link(`/users/${user.username}`, { class: `person ${extra}` }, user.username);
}

/**
 * The block caret of the wordmark, lit: on air.
 * @param {string} [text]
 */
export function liveChip(text = say("live")) {
  return h(
    "span",
    { class: "live-chip" },
    h("span", { class: "caret", "aria-hidden": "true" }),
    text,
  );
}

/**
 * What stands where nothing is yet.
 * @param {{ title: string, text: string, icon?: IconName, action?: Child }} about
 */
export function emptyState({ title, text, icon: name, action }) {
  return h(
    "div",
    { class: "empty-state" },
    name && h("span", { class: "empty-icon" }, icon(name, 26)),
    h("p", { class: "empty-title" }, title),
    h("p", { class: "soft" }, text),
    action,
  );
}

/** @param {string} label */
export function spinner(label) {
  return h(
    "div",
    { class: "spinner", role: "status" },
    h("span", { class: "spinner-mark" }),
    h("span", {}, label),
  );
}

/** One labelled control with its hint and its error. */
export class Field {
  #error = h("p", { class: "field-error", role: "alert", hidden: true });

  /**
   * @param {string} label
   * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control
   * @param {{ hint?: string, pointer?: string }} [more] `pointer`: the JSON pointer of the server's errors
   */
  constructor(label, control, { hint = "", pointer = "" } = {}) {
    const id = control.id || `field-${crypto.randomUUID().slice(0, 8)}`;
    this.control = control;
    this.pointer = pointer;
    control.id = id;
    control.classList.add("input");
    this.#error.id = `${id}-error`;
    const hintLine = hint ? h("p", { class: "field-hint", id: `${id}-hint` }, hint) : null;
    control.setAttribute("aria-describedby", `${hint ? `${id}-hint ` : ""}${id}-error`);
    control.addEventListener("input", () => this.setError(""));
    this.element = h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      control,
      hintLine,
      this.#error,
    );
  }

  get value() {
    return this.control.value;
  }

  /** @param {string} text */
  setError(text) {
    setText(this.#error, text);
    this.#error.hidden = text === "";
    this.control.setAttribute("aria-invalid", String(text !== ""));
  }
}

/**
 * Put a refusal beside the fields it is about; return the sentence for what no field takes.
 * @param {unknown} error
 * @param {Field[]} fields
 */
export function showProblem(error, fields) {
  for (const field of fields) field.setError("");
  const errors = error instanceof Problem ? error.errors : [];
  for (const each of errors) fieldFor(fields, each)?.setError(fieldSentence(each.detail));
  const hasPlace = errors.length > 0 && errors.every((each) => fieldFor(fields, each));
  fields.find((field) => field.control.getAttribute("aria-invalid") === "true")?.control.focus();
  return hasPlace ? "" : sentenceFor(error);
}

/**
 * @param {Field[]} fields
 * @param {FieldError} error
 */
function fieldFor(fields, { pointer }) {
  return fields.find(
    (field) => pointer === field.pointer || pointer.startsWith(`${field.pointer || pointer}/`),
  );
}
