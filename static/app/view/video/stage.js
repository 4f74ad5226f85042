// @ts-check
// What stands where the picture of a video will be while it is not ready; only its owner sees this.

/** @import { Video } from "../../types-videos" */

import { emptyState, link, spinner } from "../kit/controls.js";
import { h } from "../kit/dom.js";

/** @param {Video} video */
export function unreadyStage({ status, failure }) {
  return h("div", { class: "video-player is-unready", "data-testid": "video-stage", "data-state": status }, inside());

  function inside() {
    if (status === "processing") return preparing();
    if (status === "uploading")
      return emptyState({
        title: "Its upload is not at its end",
        text: "Choose the same file again, and it goes on where it was. It is kept for a day.",
        icon: "upload",
        action: link("/upload", { class: "button primary" }, "Go on with the upload"),
      });
    return emptyState({
      title: "This video could not be used",
      text: failure ? `The server says: ${failure}.` : "The server does not say why.",
      icon: "alert",
      action: link("/upload", { class: "button plain" }, "Upload another"),
    });
  }
}

function preparing() {
  return h(
    "div",
    { class: "empty-state" },
    spinner("Preparing the video"),
    h("p", { class: "soft" }, "It appears here by itself in a moment. You may leave this page."),
  );
}
