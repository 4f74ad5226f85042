// @ts-check
// Something that moderators took from oneself: what it was, why, and the way to object.

/** @import { App } from "../../app" */
/** @import { ContentKind, Removal } from "../../types-moderation" */

import { say } from "../../words/moderation.js";
import { Field } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatFull } from "../kit/format.js";
import { Form } from "../kit/form.js";

const APPEAL_MAX_CHARS = 1000;

/**
 * @param {Pick<App, "rest">} app
 * @param {Removal} removal
 */
export function removalCard({ rest }, removal) {
  const { subject_type: kind, subject_id: id, words, reason, created_at } = removal;
  const appeal = h("div", { class: "removal-appeal" });
  const card = h(
    "li",
    { class: "queued", "data-testid": "removal" },
    h(
      "header",
      { class: "queued-head" },
      h("span", { class: "chip" }, say("kind", { kind })),
      h("span", { class: "soft small queued-when" }, formatFull(created_at)),
    ),
    words && h("blockquote", { class: "queued-words" }, words),
    h(
      "p",
      {},
      h("strong", {}, say("why")),
      h("span", { "data-testid": "removal-reason" }, reason ?? say("theModeratorGaveNoReason")),
    ),
    appeal,
  );
  const send = async (/** @type {string} */ text) => {
    fill(appeal, ...standing(await rest.moderation.object(kind, id, text)));
  };
  if (removal.appeal_state === "none") fill(appeal, appealForm(send));
  else fill(appeal, ...standing(removal));
  return card;
}

/**
 * Why something that is not there was taken from whoever looks for it; null: it was not.
 * @param {Pick<App, "rest" | "session">} app
 * @param {ContentKind} kind
 * @param {string} id
 */
export async function explainRemoval(app, kind, id) {
  if (!app.session.user) return null;
  try {
    const removal = await app.rest.moderation.whyMine(kind, id);
    const title = say("moderatorRemovedYour", { kind });
    return h(
      "div",
      { class: "queue" },
      h("h1", {}, title),
      h("ul", { class: "queue-list" }, removalCard(app, removal)),
    );
  } catch {
    // Nobody's of theirs, or not to be had: then it is simply not there.
    return null;
  }
}

/** @param {(text: string) => Promise<void>} send */
function appealForm(send) {
  const words = new Field(
    say("whyItShouldComeBack"),
    h("textarea", { rows: "3", maxlength: String(APPEAL_MAX_CHARS), required: true }),
    { hint: say("youCanObjectOnceAnother"), pointer: "/text" },
  );
  const form = new Form({
    fields: [words],
    action: say("object"),
    kind: "plain",
    testId: "appeal-form",
    send: () => send(words.value.trim()),
  });
  return h("details", { class: "fold" }, h("summary", {}, say("objectToIt")), form.element);
}

/** @param {Removal} removal */
function standing({ appeal, appeal_state: state, upheld_note: note }) {
  const isUpheld = state === "upheld";
  const answer = isUpheld
    ? [say("itStaysRemovedAfterAll"), note].filter(Boolean).join(" ")
    : say("itWaitsForAModerator");
  return [
    h("p", { class: "soft small" }, say("youSaid", { words: appeal ?? "" })),
    h("p", { role: "status", "data-testid": "appeal-state" }, answer),
  ];
}
