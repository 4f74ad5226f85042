// @ts-check
// One post, in a list or on a page of its own.

/** @import { App } from "../../app" */
/** @import { Post } from "../../types-people" */
/** @import { PostActions } from "../../link/post-actions.js" */

import { say } from "../../words/posts.js";
import { avatar, link, personLink } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatAgo, formatFull } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { actionMenu } from "../kit/menu.js";
import { rendered } from "../kit/rendered.js";
import { othersItems } from "../moderation/report.js";
import { AttachView } from "./attach.js";
import { pictureGrid } from "./pictures.js";
import { commentsLabel, likeButton } from "./reactions.js";
import { TextForm } from "./text-form.js";

export const POST_MAX_CHARS = 50_000;

/**
 * @typedef {object} CardParts
 * @property {App} app
 * @property {PostActions} actions
 * @property {(path: string) => void} share
 * @property {boolean} [isWhole] on a page of its own, in full length
 */

export class PostCard {
  #post;
  #parts;
  #body = h("div", { class: "prose", "data-testid": "post-text" });
  #extra = h("div", { class: "post-extra" });
  #meta = h("span", { class: "post-meta soft small" });
  #like;
  #comments = h("span", { class: "number" });
  /** @type {TextForm | null} */
  #form = null;
  /** @type {ResizeObserver | null} */
  #measure = null;
  /** @type {AttachView | null} */
  #pictures = null;
  #shown = "";
  element;

  /**
   * @param {Post} post
   * @param {CardParts} parts
   */
  constructor(post, parts) {
    this.#post = post;
    this.#parts = parts;
    this.#like = likeButton(() => parts.actions.like(this.#post));
    const { user, id } = post;
    this.element = h(
      parts.isWhole ? "article" : "li",
      { class: `post ${parts.isWhole ? "is-whole" : ""}`, "data-testid": "post" },
      user ? avatar(user) : h("span", { class: "avatar", "aria-hidden": "true" }),
      h("div", { class: "post-head" }, personLink(user), this.#meta),
      actionMenu(say("moreAboutThisPost"), () => this.#menu()),
      h("div", { class: "post-body" }, this.#body, this.#extra),
      h(
        "div",
        { class: "post-foot" },
        this.#like.element,
        link(
          `/posts/${id}#comments`,
          { class: "post-reaction", "aria-label": say("comments"), "data-testid": "post-comments" },
          icon("chat"),
          this.#comments,
        ),
        h(
          "button",
          { type: "button", class: "post-reaction", onclick: () => parts.share(`/posts/${id}`) },
          icon("link"),
          h("span", {}, say("copyLink")),
        ),
      ),
    );
    if (!parts.isWhole) this.#clampLong();
  }

  /** @param {Post} post */
  update(post) {
    this.#post = post;
    const { id, created_at, edited_at, pinned, content_html, comments_count } = post;
    fill(
      this.#meta,
      link(
        `/posts/${id}`,
        { class: "post-time", title: formatFull(created_at) },
        formatAgo(created_at, Date.now()),
      ),
      edited_at && h("span", { title: formatFull(edited_at) }, ` · ${say("edited")}`),
      pinned && h("span", { class: "chip pinned" }, say("pinned")),
    );
    this.#like.update(post);
    fill(this.#comments, comments_count);
    this.element
      .querySelector("[data-testid=post-comments]")
      ?.setAttribute("aria-label", commentsLabel(comments_count));
    const shown = JSON.stringify([content_html, post.media, post.tags]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    fill(this.#body, rendered(content_html));
    fill(this.#extra, pictureGrid(post.media, this.#parts), tags(post));
  }

  /** A long post is cut in a list; its page has it all. */
  #clampLong() {
    const more = link(`/posts/${this.#post.id}`, { class: "post-rest small" }, say("readAllOfIt"));
    const measure = new ResizeObserver(() => {
      const isCut = this.#body.scrollHeight > this.#body.clientHeight + 4;
      this.#body.classList.toggle("is-cut", isCut);
      more.hidden = !isCut;
    });
    measure.observe(this.#body);
    this.#body.classList.add("is-clamped");
    this.#body.after(more);
    this.#measure = measure;
  }

  destroy() {
    this.#measure?.disconnect();
    this.#pictures?.destroy();
  }

  #menu() {
    const { app, actions, share } = this.#parts;
    const me = app.session.user;
    const post = this.#post;
    const copy = { label: say("copyLink"), run: () => share(`/posts/${post.id}`) };
    if (!me || post.user?.id !== me.id)
      return [copy, ...othersItems(app, { type: "post", id: post.id, name: "this post" })];
    return [
      { label: say("edit"), run: () => this.#edit() },
      { label: post.pinned ? say("unpin") : say("pinOnMyPage"), run: () => void actions.pin(post) },
      copy,
      { label: say("delete"), kind: /** @type {const} */ ("danger"), run: () => actions.remove(post) },
    ];
  }

  #edit() {
    if (this.#form) return this.#form.focus();
    const { content, media } = this.#post;
    const pictures = new AttachView(this.#parts.app, media);
    this.#pictures = pictures;
    const stop = () => {
      this.#form?.element.replaceWith(this.#body);
      this.#extra.hidden = false;
      this.#form = null;
      pictures.destroy();
      this.element.querySelector("summary")?.focus();
    };
    this.#form = new TextForm({
      label: say("editYourPost"),
      placeholder: "",
      action: say("save"),
      maxChars: POST_MAX_CHARS,
      content,
      pictures,
      cancel: stop,
      send: async (text, _key, mediaIds) => {
        await this.#parts.actions.edit(this.#post, text, mediaIds);
        stop();
      },
      preview: (content) => this.#parts.app.rest.posts.preview(content),
      testId: "post-edit",
    });
    this.#extra.hidden = true;
    this.#body.replaceWith(this.#form.element);
    this.#form.focus();
  }
}

/**
 * The tags that do not stand in the text anyway.
 * @param {Post} post
 */
function tags({ tags: names, content_html }) {
  const others = names.filter(
    (name) => !content_html.includes(`href="/tags/${encodeURIComponent(name)}"`),
  );
  if (others.length === 0) return null;
  const chip = (/** @type {string} */ name) =>
    h(
      "li",
      {},
      link(`/tags/${encodeURIComponent(name)}`, { class: "chip tag-chip" }, `#${name}`),
    );
  return h("ul", { class: "tag-chips", "aria-label": say("tags") }, ...others.map(chip));
}
