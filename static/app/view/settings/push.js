// @ts-check
// The switch that has this device told of notifications while no page is open.

/** @import { App } from "../../app" */

import { PushLink } from "../../link/push-link.js";
import { Push } from "../../model/push.js";
import { say } from "../../words/push.js";
import { link } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

const ANYBODY = { who: "{who}" };
const SEVERAL = { who: "{who}", count: "{count}" };
const THING = { who: "{who}", thing: "{thing}" };
const THING_OF_SEVERAL = { who: "{who}", count: "{count}", thing: "{thing}" };

export class PushPart extends View {
  /** @param {App} app */
  constructor({ rest }) {
    super(h("div", { class: "settings-lines" }));
    const push = new Push();
    const pushLink = new PushLink(rest.notifications, push, {
      shown,
      noAddress: () => say("theBrowserGaveNoAddress"),
    });
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      class: "switch",
      id: "push-here",
      "aria-describedby": "push-here-text",
      onchange: () => void pushLink.turn(box.checked),
    });
    const said = h("p", { class: "small soft", role: "status", "data-testid": "push-state" });
    this.element.append(
      h(
        "ul",
        { class: "switches" },
        h(
          "li",
          {},
          h(
            "label",
            { for: box.id },
            h("strong", {}, say("tellMeOnThisDevice")),
            h("span", { class: "soft small", id: "push-here-text" }, say("alsoWhileNoPageIs")),
          ),
          box,
        ),
      ),
      said,
      h("p", {}, link("/notifications", {}, say("whatToBeToldOf"))),
    );
    this.watch([push], () => {
      const { state, isBusy, problem } = push;
      box.checked = state === "on";
      box.disabled = isBusy || state === "unknown" || state === "impossible" || state === "blocked";
      setText(said, problem || sentence(state));
    });
    void pushLink.look();
  }
}

/** @param {import("../../model/push.js").PushState} state */
function sentence(state) {
  switch (state) {
    case "impossible":
      return say("thisBrowserCannot");
    case "blocked":
      return say("theBrowserBlocksThem");
    case "on":
      return say("on");
    case "off":
      return say("off");
    default:
      return "";
  }
}

/** What the service worker shows, by the notification's type; it puts the names in itself. */
function shown() {
  return {
    follow: say("pushFollow", ANYBODY),
    followSeveral: say("pushFollowSeveral", SEVERAL),
    like: say("pushLike", THING),
    likeSeveral: say("pushLikeSeveral", THING_OF_SEVERAL),
    comment: say("pushComment", THING),
    commentSeveral: say("pushCommentSeveral", THING_OF_SEVERAL),
    reply: say("pushReply", ANYBODY),
    mention: say("pushMention", ANYBODY),
    suggestion_accepted: say("pushSuggestionAccepted", ANYBODY),
    suggestion_rejected: say("pushSuggestionRejected", ANYBODY),
    badge: say("pushBadge"),
    challenge_result: say("pushChallengeResult"),
    live: say("pushLive", ANYBODY),
    removal: say("pushRemoval"),
    stage_invitation: say("pushStageInvitation", ANYBODY),
    other: say("pushOther"),
    thing_post: say("thingPost"),
    thing_comment: say("thingComment"),
    thing_video: say("thingVideo"),
    thing_stream: say("thingStream"),
  };
}
