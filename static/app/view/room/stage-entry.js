// @ts-check
// The last look before going on stage: the picture, the level, the devices.

/** @import { GuestLink } from "../../link/guest-link.js" */
/** @import { Publisher } from "../../model/publisher.js" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/stage.js";
import { button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";
import { PreviewView } from "../studio/preview.js";
import { SourcesView } from "../studio/sources.js";

/**
 * @param {GuestLink} guest
 * @param {Publisher} camera
 * @param {() => void} entered
 */
export function openStageEntry(guest, camera, entered) {
  const feed = guest.camera;
  const preview = new PreviewView(camera, { preview: () => void feed.preview() });
  const sources = new SourcesView(
    camera,
    { choose: (choices) => void feed.choose(choices) },
    { withSources: false },
  );
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const enter = button(say("goOnStage"), {
    kind: "live",
    "data-testid": "stage-enter",
    onclick: async () => {
      enter.disabled = true;
      problem.hidden = true;
      try {
        await guest.enter();
        dialog.close();
        entered();
      } catch (error) {
        setText(problem, sentenceFor(error));
        problem.hidden = false;
      }
      enter.disabled = false;
    },
  });
  const dialog = openDialog(say("beforeYouGo"), () => [
    h("p", { class: "soft stage-entry-text" }, say("everybodyWillSee")),
    preview.element,
    sources.element,
    problem,
    h("div", { class: "dialog-actions" }, enter),
  ]);
  dialog.classList.add("stage-entry");
  dialog.addEventListener("close", () => {
    preview.destroy();
    sources.destroy();
    // Whoever only looked gives the camera back.
    if (!feed.isOn) feed.stop();
  });
  void feed.open();
}
