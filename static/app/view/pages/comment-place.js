// @ts-check
// The address of a comment alone, as notifications have it: it leads on to what was commented on.

/** @import { Rest } from "../../wire/rest.js" */

/** @typedef {(path: string, how?: { replace?: boolean }) => void} Go */

import { Problem, failureOf, sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/site.js";
import { emptyState, spinner } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { failureState } from "../kit/failure.js";
import { View } from "../kit/view.js";

/**
 * @param {{ rest: Rest, go: Go }} app
 * @param {string} id
 */
export function openCommentPlace(app, id) {
  return new CommentPlacePage(app, id);
}

class CommentPlacePage extends View {
  title = say("commentTitle");
  #isLeft = false;

  /**
   * @param {{ rest: Rest, go: Go }} app
   * @param {string} id
   */
  constructor(app, id) {
    super(h("div", { class: "page" }, spinner(say("lookingForTheComment"))));
    this.whenDestroyed(() => (this.#isLeft = true));
    void this.#follow(app, id);
  }

  /**
   * @param {{ rest: Rest, go: Go }} app
   * @param {string} id
   */
  async #follow({ rest, go }, id) {
    try {
      /** @type {{ post_id: string | null, video_id: string | null, stream_id: string | null }} */
      const comment = await rest.send("GET", `/comments/${id}`);
      const { post_id, video_id, stream_id } = comment;
      const place = post_id
        ? `/posts/${post_id}`
        : video_id
          ? `/videos/${video_id}`
          : `/streams/${stream_id}`;
      if (this.#isLeft) return;
      // Not a step of its own: going back leads to where the link was.
      go(place, { replace: true });
    } catch (error) {
      const isGone = error instanceof Problem && error.status === 404;
      const title = say("theCommentIsNotHere");
      const problem = sentenceFor(error);
      const again = () => {
        fill(this.element, spinner(say("lookingForTheComment")));
        void this.#follow({ rest, go }, id);
      };
      fill(
        this.element,
        isGone
          ? emptyState({ title, text: problem, icon: "chat" })
          : failureState({ why: failureOf(error), problem, again }),
      );
    }
  }
}
