// @ts-check
// Where somebody writes a post or a comment: grows with its text, sends with Ctrl+Enter, and sends a
// text that was not answered again under the same key. A post's form takes pictures too.

/** @import { AttachView } from "./attach.js" */

import { say } from "../../words/posts.js";
import { Field, button, iconButton, showProblem } from "../kit/controls.js";
import { sentenceFor } from "../../wire/problem.js";
import { fill, h, setText } from "../kit/dom.js";
import { rendered } from "../kit/rendered.js";

/** How much may be left when its number appears. */
const FEW_LEFT_CHARS = 500;
const FENCE = "```";

/**
 * @typedef {object} TextFormParts
 * @property {string} label
 * @property {string} placeholder
 * @property {string} action
 * @property {number} maxChars
 * @property {string} [content] what there is already
 * @property {(content: string, key: string, mediaIds: string[]) => Promise<unknown>} send
 * @property {AttachView} [pictures]
 * @property {(content: string) => Promise<string>} [preview] what the text will look like, as HTML
 * @property {() => void} [cancel]
 * @property {string} testId
 */

export class TextForm {
  #parts;
  #field;
  #control;
  #submit;
  #left = h("span", { class: "soft small number", role: "status" });
  #key = crypto.randomUUID();
  #preview = h("div", { class: "prose text-preview", hidden: true, "data-testid": "text-preview" });
  #previewButton;

  /** @param {TextFormParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#control = h("textarea", {
      class: "writing",
      rows: 1,
      placeholder: parts.placeholder,
      maxlength: parts.maxChars,
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#pressed(event),
      "data-testid": `${parts.testId}-text`,
    });
    this.#control.value = parts.content ?? "";
    const { pictures } = parts;
    this.#field = new Field(parts.label, this.#control, { pointer: "/content" });
    this.#submit = button(parts.action, {
      kind: "primary",
      type: "submit",
      disabled: true,
      "data-testid": `${parts.testId}-send`,
    });
    this.#previewButton = iconButton("viewers", say("preview"), {
      onclick: () => void this.#togglePreview(),
      "aria-pressed": "false",
      "data-testid": `${parts.testId}-preview`,
    });
    this.element = h(
      "form",
      {
        class: `text-form ${parts.content ? "is-open" : ""}`,
        novalidate: true,
        ...pictures?.listeners,
        onsubmit: this.#submitted,
        onfocusin: () => this.element.classList.add("is-open"),
      },
      this.#field.element,
      this.#preview,
      pictures?.element,
      h(
        "div",
        { class: "text-form-foot" },
        pictures?.button,
        iconButton("code", say("insertCode"), { onclick: () => this.#fence() }),
        parts.preview && this.#previewButton,
        h("span", { class: "soft small text-form-hint" }, say("markdownTagsAndNames")),
        this.#left,
        parts.cancel && button(say("cancel"), { kind: "quiet", onclick: parts.cancel }),
        this.#submit,
      ),
    );
    if (pictures) pictures.watch([pictures.attachments], () => this.#changed());
    else this.#changed();
  }

  focus() {
    this.#control.focus();
  }

  #changed() {
    const { value } = this.#control;
    // Another text is another one to write, not a second try of the first.
    this.#key = crypto.randomUUID();
    this.#submit.disabled = !this.#hasNews(value);
    const left = this.#parts.maxChars - value.length;
    setText(this.#left, left < FEW_LEFT_CHARS ? say("left", { left }) : "");
  }

  /** @param {string} value */
  #hasNews(value) {
    const attachments = this.#parts.pictures?.attachments;
    if (attachments?.isSending) return false;
    // Pictures may stand without words.
    if (value.trim() === "" && !attachments?.mediaIds.length) return false;
    return value !== this.#parts.content || attachments?.isChanged === true;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.element.requestSubmit();
    if (event.key === "Escape" && this.#parts.cancel) {
      event.stopPropagation();
      this.#parts.cancel();
    }
  }

  /** The text and what it will look like stand in the same place, in turns. */
  async #togglePreview() {
    const { preview } = this.#parts;
    const content = this.#control.value;
    if (!this.#preview.hidden || !preview || content.trim() === "") return this.#showText();
    this.#field.setError("");
    try {
      fill(this.#preview, rendered(await preview(content)));
    } catch (error) {
      return this.#field.setError(sentenceFor(error));
    }
    this.#preview.hidden = false;
    this.#control.hidden = true;
    this.#previewButton.setAttribute("aria-pressed", "true");
  }

  #showText() {
    const wasPreviewed = !this.#preview.hidden;
    this.#preview.hidden = true;
    this.#control.hidden = false;
    this.#previewButton.setAttribute("aria-pressed", "false");
    if (wasPreviewed) this.#control.focus();
  }

  /** Put fences around what is marked, on lines of their own. */
  #fence() {
    const { value, selectionStart: from, selectionEnd: to } = this.#control;
    const before = from === 0 || value[from - 1] === "\n" ? "" : "\n";
    const code = `${before}${FENCE}\n${value.slice(from, to)}\n${FENCE}\n`;
    this.#control.setRangeText(code, from, to, "end");
    const inside = from + before.length + FENCE.length;
    this.#control.setSelectionRange(inside, inside);
    this.#control.focus();
    this.#changed();
  }

  /** @param {SubmitEvent} event */
  #submitted = async (event) => {
    event.preventDefault();
    const content = this.#control.value;
    if (this.#submit.disabled) return;
    this.#submit.disabled = true;
    try {
      const { pictures } = this.#parts;
      await this.#parts.send(content, this.#key, pictures?.attachments.mediaIds ?? []);
      this.#control.value = "";
      this.#showText();
      pictures?.release();
      this.#changed();
      this.element.classList.remove("is-open");
    } catch (error) {
      const rest = showProblem(error, [this.#field]);
      if (rest) this.#field.setError(rest);
      this.#submit.disabled = false;
    }
  };
}
