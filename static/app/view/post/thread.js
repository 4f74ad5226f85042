// @ts-check
// What people say below a post.

/** @import { App } from "../../app" */
/** @import { ThreadLink } from "../../link/thread-link.js" */

import { pathToSignIn } from "../../link/post-actions.js";
import { say, sayWith } from "../../words/posts.js";
import { link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { COMMENT_MAX_CHARS, commentList } from "./comment.js";
import { TextForm } from "./text-form.js";

export class ThreadView extends View {
  /**
   * @param {App} app
   * @param {ThreadLink} thread
   */
  constructor(app, thread) {
    super(h("section", { class: "thread", id: "comments", "aria-labelledby": "comments-title" }));
    const me = app.session.user;
    const nothing = () =>
      h("p", { class: "soft thread-empty" }, me ? say("nobodyHasSaidAnythingYet") : say("noCommentsYet"));
    const list = commentList(thread.branch(null), { app, me, link: thread }, say("comments"), nothing);
    this.element.append(
      h("h2", { id: "comments-title" }, say("comments")),
      me ? writeForm(app, thread) : signInLine(),
      this.own(list).element,
    );
  }
}

/**
 * @param {App} app
 * @param {ThreadLink} thread
 */
function writeForm(app, thread) {
  return new TextForm({
    label: say("writeAComment"),
    placeholder: say("whatDoYouThink"),
    action: say("comment"),
    maxChars: COMMENT_MAX_CHARS,
    send: (content, key) => thread.write(content, key, null),
    preview: (content) => app.rest.posts.preview(content),
    testId: "comment-new",
  }).element;
}

function signInLine() {
  return h(
    "p",
    { class: "sign-in-line soft" },
    ...sayWith("signInToComment", { link: link(pathToSignIn(), {}, say("signIn")) }),
  );
}
