// @ts-check
// What stands where the picture of a video will be while it is not ready; only its owner sees this.

/** @import { Video } from "../../types-videos" */

import { say } from "../../words/videos.js";
import { emptyState, link, spinner } from "../kit/controls.js";
import { h } from "../kit/dom.js";

/** @param {Video} video */
export function unreadyStage({ status, failure }) {
  return h("div", { class: "video-player is-unready", "data-testid": "video-stage", "data-state": status }, inside());

  function inside() {
    if (status === "processing") return preparing();
    if (status === "uploading")
      return emptyState({
        title: say("itsUploadIsNotAt"),
        text: say("chooseTheSameFileAgain"),
        icon: "upload",
        action: link("/upload", { class: "button primary" }, say("goOnWithTheUpload")),
      });
    return emptyState({
      title: say("thisVideoCouldNotBe"),
      text: failure ? say("theServerSays", { failure }) : say("theServerDoesNotSay"),
      icon: "alert",
      action: link("/upload", { class: "button plain" }, say("uploadAnother")),
    });
  }
}

function preparing() {
  return h(
    "div",
    { class: "empty-state" },
    spinner(say("preparingTheVideo")),
    h("p", { class: "soft" }, say("itAppearsHereByItself")),
  );
}
