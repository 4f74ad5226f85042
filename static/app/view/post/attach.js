// @ts-check
// The pictures of a post that is being written: chosen, pasted or dropped, with what each shows in
// words and a way to take it out again.

/** @import { App } from "../../app" */
/** @import { Attachment } from "../../model/attachments.js" */
/** @import { PostMedia } from "../../types-people" */

import { AttachLink } from "../../link/attach-link.js";
import { Attachments } from "../../model/attachments.js";
import { ALT_MAX_CHARS, PICTURE_TYPES } from "../../wire/media.js";
import { say } from "../../words/posts.js";
import { Field, button, iconButton } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { KeyedList, h, setAttributes, setText } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { View } from "../kit/view.js";

const ALT_HINT = say("readAloudToThoseWho");

export class AttachView extends View {
  attachments;
  #link;
  #chooser;
  #list = h("ul", { class: "attachments", "aria-label": say("picturesOfThisPost") });
  button;

  /**
   * @param {App} app
   * @param {PostMedia[]} [media] what the post has already
   */
  constructor(app, media = []) {
    super(h("div", { class: "attach" }));
    this.attachments = new Attachments(media);
    this.#link = this.own(new AttachLink(app, this.attachments));
    this.#chooser = h("input", {
      type: "file",
      accept: PICTURE_TYPES.join(),
      multiple: true,
      hidden: true,
      onchange: () => this.#chosen(),
      "data-testid": "attach-file",
    });
    this.button = iconButton("picture", say("addPictures"), {
      onclick: () => this.#chooser.click(),
      "data-testid": "attach",
    });
    this.element.append(this.#chooser, this.#list);
    /** @type {KeyedList<Attachment>} */
    const rows = new KeyedList(
      this.#list,
      ({ id }) => id,
      (item) => new AttachmentRow(item, this.#link),
    );
    this.watch([this.attachments], () => {
      rows.set(this.attachments.items);
      this.#list.hidden = this.attachments.items.length === 0;
      this.button.disabled = this.attachments.room <= 0;
    });
  }

  /** What the form around it must listen to. */
  listeners = {
    onpaste: (/** @type {ClipboardEvent} */ event) => this.#take(event, event.clipboardData),
    ondragover: (/** @type {DragEvent} */ event) => this.#over(event, true),
    ondragleave: (/** @type {DragEvent} */ event) => this.#over(event, false),
    ondrop: (/** @type {DragEvent} */ event) => {
      this.#over(event, false);
      this.#take(event, event.dataTransfer);
    },
  };

  /** The post has been sent with them. */
  release() {
    this.#link.release();
  }

  #chosen() {
    this.#link.add([...(this.#chooser.files ?? [])]);
    this.#chooser.value = "";
  }

  /**
   * @param {ClipboardEvent | DragEvent} event
   * @param {DataTransfer | null} data
   */
  #take(event, data) {
    const files = [...(data?.files ?? [])];
    // Text that is pasted goes where it always goes.
    if (files.length === 0) return;
    event.preventDefault();
    this.#link.add(files);
  }

  /**
   * @param {DragEvent} event
   * @param {boolean} isOver
   */
  #over(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const form = /** @type {HTMLElement} */ (event.currentTarget);
    form.classList.toggle("is-dropping", isOver);
  }
}

class AttachmentRow {
  #item;
  #link;
  #bar = h("span", { class: "attachment-bar" });
  #state = h("span", { class: "attachment-state small", role: "status" });
  #again;
  #alt;
  element;

  /**
   * @param {Attachment} item
   * @param {AttachLink} link
   */
  constructor(item, link) {
    this.#item = item;
    this.#link = link;
    this.#again = button(say("tryAgain"), {
      class: "button inline small",
      onclick: () => link.again(this.#item.id),
    });
    this.#alt = h(
      "button",
      { type: "button", class: "attachment-alt", onclick: () => this.#describe(), "data-testid": "attachment-alt" },
      say("alt"),
    );
    this.element = h(
      "li",
      { class: "attachment", "data-testid": "attachment" },
      h("img", { src: item.preview, alt: "" }),
      this.#bar,
      this.#state,
      this.#again,
      this.#alt,
      iconButton("close", say("removeThisPicture"), {
        class: "attachment-remove",
        onclick: () => link.remove(this.#item),
      }),
    );
  }

  /** @param {Attachment} item */
  update(item) {
    this.#item = item;
    const { state, progress, problem, media } = item;
    this.element.dataset.state = state;
    this.#bar.hidden = state !== "sending";
    this.#bar.style.setProperty("--part", String(progress));
    setText(this.#state, problem);
    this.#again.hidden = state !== "failed";
    this.#alt.hidden = state !== "ready";
    const text = media?.alt_text ?? "";
    this.#alt.classList.toggle("is-given", text !== "");
    setAttributes(this.#alt, {
      "aria-label": text ? say("altChange", { text }) : say("altSay"),
      title: text || say("sayWhatThisPictureShows"),
    });
  }

  #describe() {
    const text = h("textarea", { rows: 4, maxlength: ALT_MAX_CHARS });
    text.value = this.#item.media?.alt_text ?? "";
    openDialog(say("whatDoesThisPictureShow"), (close) => [
      h("img", { class: "alt-picture", src: this.#item.preview, alt: "" }),
      new Form({
        fields: [new Field(say("inWords"), text, { hint: ALT_HINT, pointer: "/alt_text" })],
        action: say("save"),
        send: async () => {
          await this.#link.describe(this.#item, text.value);
          close();
        },
        testId: "alt-form",
      }).element,
    ]);
    text.focus();
  }
}
