// @ts-check
// What somebody wants to be told of: a switch for each kind, kept as soon as it is turned.

/** @import { Notifications } from "../../wire/notifications.js" */
/** @import { ChosenType, Preferences } from "../../types-recognition" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/notifications.js";
import { button, spinner } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

/** @type {[ChosenType, string, string][]} */
const KINDS = [
  ["live", say("live"), say("somebodyIFollowGoesLive")],
  ["follow", say("followers"), say("somebodyFollowsMe")],
  ["like", say("likes"), say("somebodyLikesWhatIMade")],
  ["comment", say("comments"), say("somebodyCommentsOnWhatI")],
  ["reply", say("answers"), say("somebodyAnswersMyComment")],
  ["mention", say("mentions"), say("somebodyWritesMyName")],
  ["stage_invitation", say("stage"), say("somebodyInvitesMeOnStage")],
  ["suggestion_accepted", say("suggestions"), say("mySuggestionIsAccepted")],
  ["suggestion_rejected", say("rejectedSuggestions"), say("mySuggestionIsNotTaken")],
  ["challenge_result", say("challenges"), say("mySubmissionWasReviewed")],
  ["badge", say("badges"), say("iGetABadge")],
];

export class PreferencesView extends View {
  #notifications;
  #body = h("div", {});
  #said = h("p", { class: "small soft", role: "status" });
  /** @type {Preferences | null} */
  #wanted = null;

  /** @param {Notifications} notifications */
  constructor(notifications) {
    super(h("section", { class: "preferences", "aria-labelledby": "preferences-title" }));
    this.#notifications = notifications;
    this.element.append(
      h("h2", { id: "preferences-title" }, say("tellMeWhen")),
      this.#body,
      this.#said,
    );
    void this.#load();
  }

  async #load() {
    fill(this.#body, spinner(say("fetching")));
    try {
      this.#wanted = await this.#notifications.preferences();
      const wanted = this.#wanted;
      fill(
        this.#body,
        h("ul", { class: "switches" }, ...KINDS.map((kind) => this.#switch(kind, wanted))),
      );
    } catch (error) {
      const again = button(say("tryAgain"), { icon: "rotate", onclick: () => void this.#load() });
      fill(this.#body, h("p", { class: "form-problem" }, sentenceFor(error)), again);
    }
  }

  /**
   * @param {[ChosenType, string, string]} kind
   * @param {Preferences} wanted
   */
  #switch([type, name, text], wanted) {
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      class: "switch",
      id: `wants-${type}`,
      checked: wanted[type],
      "aria-describedby": `wants-${type}-text`,
      onchange: () => void this.#change(type, box),
    });
    return h(
      "li",
      {},
      h(
        "label",
        { for: box.id },
        h("strong", {}, name),
        h("span", { class: "soft small", id: `wants-${type}-text` }, text),
      ),
      box,
    );
  }

  /**
   * @param {ChosenType} type
   * @param {HTMLInputElement} box
   */
  async #change(type, box) {
    if (!this.#wanted) return;
    const isWanted = box.checked;
    this.#wanted = { ...this.#wanted, [type]: isWanted };
    try {
      await this.#notifications.setPreferences(this.#wanted);
      setText(this.#said, say("saved"));
    } catch (error) {
      this.#wanted = { ...this.#wanted, [type]: !isWanted };
      box.checked = !isWanted;
      setText(this.#said, sentenceFor(error));
    }
  }
}
