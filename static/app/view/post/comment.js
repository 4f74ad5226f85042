// @ts-check
// One comment, the form to answer or edit it, and the answers below it.

/** @import { App } from "../../app" */
/** @import { User } from "../../types" */
/** @import { Comment } from "../../types-people" */
/** @import { ThreadLink } from "../../link/thread-link.js" */

import { say } from "../../words/posts.js";
import { avatar, button, personLink } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatAgo, formatFull } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { ListView } from "../kit/list.js";
import { actionMenu } from "../kit/menu.js";
import { rendered } from "../kit/rendered.js";
import { othersItems } from "../moderation/report.js";
import { likeButton } from "./reactions.js";
import { TextForm } from "./text-form.js";

export const COMMENT_MAX_CHARS = 10_000;
/** Answers to the post's own comments show by themselves; deeper ones on asking. */
const OPEN_DEPTH = 1;

/** @typedef {{ app: App, me: User | null, link: ThreadLink }} CommentParts */

export class CommentRow {
  #comment;
  #parts;
  #who = h("div", { class: "comment-head" });
  #body = h("div", { class: "prose", "data-testid": "comment-text" });
  #foot = h("div", { class: "post-foot" });
  #place = h("div", { class: "comment-form" });
  #replies = h("div", { class: "replies" });
  #like;
  #menu;
  #reply;
  #open;
  /** @type {ListView<Comment> | null} */
  #list = null;
  #shownHtml = "-";
  element;

  /**
   * @param {Comment} comment
   * @param {CommentParts} parts
   */
  constructor(comment, parts) {
    this.#comment = comment;
    this.#parts = parts;
    this.#like = likeButton(() => parts.link.like(this.#comment));
    this.#menu = actionMenu(say("moreAboutThisComment"), () => this.#items());
    this.#reply = h(
      "button",
      {
        type: "button",
        class: "post-reaction",
        onclick: () => this.#write("reply"),
        "data-testid": "reply",
      },
      icon("reply"),
      h("span", {}, say("reply")),
    );
    this.#open = button("", { kind: "quiet", class: "button inline", onclick: () => this.#unfold() });
    this.element = h(
      "li",
      { class: "comment", "data-testid": "comment", "data-depth": comment.depth },
      this.#who,
      this.#body,
      this.#foot,
      this.#place,
      this.#replies,
    );
  }

  /** @param {Comment} comment */
  update(comment) {
    this.#comment = comment;
    const { deleted, content_html, replies_count, depth } = comment;
    this.element.classList.toggle("is-deleted", deleted);
    this.#like.update(comment);
    this.#renderHead(comment);
    if (content_html !== this.#shownHtml) {
      this.#shownHtml = content_html;
      fill(this.#body, deleted ? h("p", { class: "soft" }, say("deletedByItsAuthor")) : rendered(content_html));
    }
    fill(this.#foot, ...(deleted ? [] : [this.#like.element, this.#parts.me && this.#reply]));
    if (replies_count === 0 || this.#list) return;
    if (depth < OPEN_DEPTH) return this.#unfold();
    fill(this.#open, say("showAnswers", { count: replies_count }));
    fill(this.#replies, this.#open);
  }

  destroy() {
    this.#list?.destroy();
  }

  /** @param {Comment} comment */
  #renderHead({ user, deleted, created_at, edited_at }) {
    fill(
      this.#who,
      user && avatar(user),
      !deleted && personLink(user),
      h(
        "span",
        { class: "soft small", title: formatFull(created_at) },
        formatAgo(created_at, Date.now()),
        edited_at && !deleted && ` · ${say("edited")}`,
      ),
      !deleted && user && this.#menu,
    );
  }

  /** @returns {import("../kit/menu.js").MenuItem[]} */
  #items() {
    const { me, app } = this.#parts;
    const { id, user } = this.#comment;
    if (!me || user?.id !== me.id)
      return othersItems(app, { type: "comment", id, name: "this comment" });
    return [
      { label: say("edit"), run: () => this.#write("edit") },
      { label: say("delete"), kind: "danger", run: () => this.#parts.link.remove(this.#comment) },
    ];
  }

  #unfold() {
    const { link } = this.#parts;
    const branch = link.branch(this.#comment.id);
    this.#list = commentList(branch, this.#parts, say("answersTo", { whom: this.#comment.user?.username ?? say("aComment") }));
    fill(this.#replies, this.#list.element);
  }

  /** @param {"reply" | "edit"} what */
  #write(what) {
    const comment = this.#comment;
    const { link } = this.#parts;
    const isEdit = what === "edit";
    const stop = () => fill(this.#place);
    const form = new TextForm({
      label: isEdit ? say("editYourComment") : say("answerWhom", { whom: comment.user?.username ?? say("thisComment") }),
      placeholder: "",
      action: isEdit ? say("save") : say("reply"),
      maxChars: COMMENT_MAX_CHARS,
      content: isEdit ? comment.content : "",
      cancel: () => {
        stop();
        if (isEdit) this.#menu.querySelector("summary")?.focus();
        else this.#reply.focus();
      },
      send: async (content, key) => {
        if (isEdit) await link.edit(this.#comment, content);
        else await link.write(content, key, this.#comment);
        stop();
        if (!isEdit && !this.#list) this.#unfold();
      },
      preview: (content) => this.#parts.app.rest.posts.preview(content),
      testId: what,
    });
    fill(this.#place, form.element);
    form.focus();
  }
}

/**
 * @param {ReturnType<ThreadLink["branch"]>} branch
 * @param {CommentParts} parts
 * @param {string} label
 * @param {() => HTMLElement} [empty]
 */
export function commentList({ listing, link }, parts, label, empty = () => h("span")) {
  if (listing.state === "loading") void link.open();
  return new ListView(listing, {
    label,
    class: "comments",
    row: (comment) => new CommentRow(comment, parts),
    empty,
    more: () => void link.more(),
    again: () => void link.open(),
    without: { undo: parts.app.undo, kind: "comments" },
  });
}
