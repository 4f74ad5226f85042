// @ts-check
// Telling the moderators of something: what is wrong with it, in a few words, and thanks.

/** @import { App } from "../../app" */
/** @import { SubjectKind } from "../../types-moderation" */
/** @import { MenuItem } from "../kit/menu.js" */

import { Problem, sentenceFor } from "../../wire/problem.js";
import { pathToSignIn } from "../../link/post-actions.js";
import { say } from "../../words/moderation.js";
import { button, Field } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { askReason } from "./decision.js";

/** @typedef {{ type: SubjectKind, id: string, name: string }} Reported `name`: "this post", "ann" */

/** What is chosen is the beginning of the reason; the rest is the reporter's own words. */
const REASONS = [
  [say("spamOrAdvertising"), "Spam"],
  [say("insultsOrHarassment"), "Harassment"],
  [say("hateOrThreatsOfViolence"), "Hate or violence"],
  [say("privateThingsOfSomebody"), "Privacy"],
  [say("somethingElse"), "Something else"],
];
const WORDS_MAX_CHARS = 900;

/**
 * What a menu offers about something that is not one's own: everybody reports it, moderators remove it.
 * @param {Pick<App, "rest" | "session" | "go" | "toasts">} app
 * @param {Reported} reported
 * @returns {MenuItem[]}
 */
export function othersItems(app, reported) {
  /** @type {MenuItem[]} */
  const items = [{ label: say("report"), run: () => openReport(app, reported) }];
  const { type, id, name } = reported;
  if (!app.session.isModerator || type === "user") return items;
  const { rest, toasts } = app;
  const putBack = async () => {
    try {
      await rest.moderation.restore(type, id);
      toasts.note(say("itIsBack"));
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  };
  const remove = () =>
    askReason({
      title: say("removeWhat", { name }),
      text: say("itDisappears"),
      action: say("remove"),
      send: async (reason) => {
        await rest.moderation.remove(type, id, reason);
        toasts.note(say("removedNote"), { label: say("putItBack"), run: () => void putBack() });
      },
    });
  return [...items, { label: say("removeAsAModerator"), kind: "danger", run: remove }];
}

/**
 * @param {Pick<App, "rest" | "session" | "go">} app
 * @param {Reported} reported
 */
export function openReport({ rest, session, go }, { type, id, name }) {
  if (!session.user) return go(pathToSignIn());
  const choice = h("fieldset", { class: "choices" }, h("legend", {}, say("whatIsWrongWithIt")));
  REASONS.forEach(([label, value], index) => {
    const radio = h("input", { type: "radio", name: "reason", value: value ?? "", checked: index === 0 });
    choice.append(h("label", { class: "choice" }, radio, h("span", {}, label ?? "")));
  });
  const words = new Field(
    say("moreAboutIt"),
    h("textarea", { rows: "3", maxlength: String(WORDS_MAX_CHARS), name: "words" }),
    { hint: say("optionalModeratorsReadItNobody"), pointer: "/reason" },
  );
  const body = h("div", { class: "report-body" });
  const dialog = openDialog(say("reportWhat", { name }), () => [body]);
  const thanks = (/** @type {string} */ text) => {
    const done = button(say("done"), { kind: "primary", onclick: () => dialog.close() });
    fill(
      body,
      h("p", { role: "status", "data-testid": "report-thanks" }, text),
      h("div", { class: "dialog-actions" }, done),
    );
    done.focus();
  };
  const form = new Form({
    fields: [words],
    action: say("sendReport"),
    testId: "report-form",
    send: async () => {
      const chosen = new FormData(form.element).get("reason");
      const reason = [chosen, words.value.trim()].filter(Boolean).join(": ");
      try {
        await rest.moderation.report({ subject_type: type, subject_id: id, reason });
        thanks(say("thankYouAModeratorWill"));
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "already-reported") throw error;
        thanks(say("youHaveReportedThisBefore"));
      }
    },
  });
  form.element.prepend(choice);
  fill(body, form.element);
}
