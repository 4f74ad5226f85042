// @ts-check
// Telling the moderators of something: what is wrong with it, in a few words, and thanks.

/** @import { App } from "../../app" */
/** @import { SubjectKind } from "../../types-moderation" */
/** @import { MenuItem } from "../kit/menu.js" */

import { Problem, sentenceFor } from "../../wire/problem.js";
import { pathToSignIn } from "../../link/post-actions.js";
import { button, Field } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { askReason } from "./decision.js";

/** @typedef {{ type: SubjectKind, id: string, name: string }} Reported `name`: "this post", "ann" */

/** What is chosen is the beginning of the reason; the rest is the reporter's own words. */
const REASONS = [
  ["Spam or advertising", "Spam"],
  ["Insults or harassment", "Harassment"],
  ["Hate or threats of violence", "Hate or violence"],
  ["Private things of somebody", "Privacy"],
  ["Something else", "Something else"],
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
  const items = [{ label: "Report", run: () => openReport(app, reported) }];
  const { type, id, name } = reported;
  if (!app.session.isModerator || type === "user") return items;
  const { rest, toasts } = app;
  const putBack = async () => {
    try {
      await rest.moderation.restore(type, id);
      toasts.note("It is back.");
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  };
  const remove = () =>
    askReason({
      title: `Remove ${name}`,
      text: "It disappears for everybody at once. Its author is told why and may object.",
      action: "Remove",
      send: async (reason) => {
        await rest.moderation.remove(type, id, reason);
        toasts.note("Removed.", { label: "Put it back", run: () => void putBack() });
      },
    });
  return [...items, { label: "Remove as a moderator", kind: "danger", run: remove }];
}

/**
 * @param {Pick<App, "rest" | "session" | "go">} app
 * @param {Reported} reported
 */
export function openReport({ rest, session, go }, { type, id, name }) {
  if (!session.user) return go(pathToSignIn());
  const choice = h("fieldset", { class: "choices" }, h("legend", {}, "What is wrong with it?"));
  REASONS.forEach(([label, value], index) => {
    const radio = h("input", { type: "radio", name: "reason", value: value ?? "", checked: index === 0 });
    choice.append(h("label", { class: "choice" }, radio, h("span", {}, label ?? "")));
  });
  const words = new Field(
    "More about it",
    h("textarea", { rows: "3", maxlength: String(WORDS_MAX_CHARS), name: "words" }),
    { hint: "Optional. Moderators read it; nobody else does.", pointer: "/reason" },
  );
  const body = h("div", { class: "report-body" });
  const dialog = openDialog(`Report ${name}`, () => [body]);
  const thanks = (/** @type {string} */ text) => {
    const done = button("Done", { kind: "primary", onclick: () => dialog.close() });
    fill(
      body,
      h("p", { role: "status", "data-testid": "report-thanks" }, text),
      h("div", { class: "dialog-actions" }, done),
    );
    done.focus();
  };
  const form = new Form({
    fields: [words],
    action: "Send report",
    testId: "report-form",
    send: async () => {
      const chosen = new FormData(form.element).get("reason");
      const reason = [chosen, words.value.trim()].filter(Boolean).join(": ");
      try {
        await rest.moderation.report({ subject_type: type, subject_id: id, reason });
        thanks("Thank you. A moderator will look at it.");
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "already-reported") throw error;
        thanks("You have reported this before. It waits for a moderator.");
      }
    },
  });
  form.element.prepend(choice);
  fill(body, form.element);
}
