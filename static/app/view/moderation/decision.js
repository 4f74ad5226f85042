// @ts-check
// The dialogs of moderators: why something is taken away, and for how long somebody is shut out.

import { say } from "../../words/moderation.js";
import { button, Field } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { DURATIONS, WEEK_S } from "./words.js";

const REASON_MAX_CHARS = 1000;

/**
 * Ask why; the author reads it.
 * @param {{ title: string, text: string, action: string, reason?: string, isNeeded?: boolean, kind?: "danger" | "primary", send: (reason: string) => Promise<unknown> }} parts
 */
export function askReason({ title, text, action, reason = "", isNeeded = true, kind = "danger", send }) {
  const field = reasonField(reason, isNeeded);
  const dialog = openDialog(title, (close) => {
    const form = new Form({
      fields: [field],
      action,
      kind,
      testId: "reason-form",
      send: async () => {
        await send(field.value.trim());
        close();
      },
    });
    return [h("p", { class: "soft dialog-text" }, text), form.element];
  });
  field.control.focus();
  return dialog;
}

/**
 * Ask why and for how long somebody is shut out.
 * @param {{ username: string, reason?: string, send: (suspension: { reason: string, until: string | null }) => Promise<unknown> }} parts
 */
export function askSuspension({ username, reason = "", send }) {
  const field = reasonField(reason, true);
  const until = new Field(
    say("forHowLong"),
    h(
      "select",
      { name: "duration" },
      ...DURATIONS.map(({ label, seconds }) =>
        h("option", { value: String(seconds ?? ""), selected: seconds === WEEK_S }, label),
      ),
    ),
    { pointer: "/until" },
  );
  const dialog = openDialog(say("suspendWhom", { name: username }), (close) => {
    const form = new Form({
      fields: [field, until],
      action: say("suspend"),
      kind: "danger",
      testId: "suspend-form",
      send: async () => {
        await send({ reason: field.value.trim(), until: momentIn(until.value) });
        close();
      },
    });
    return [
      h(
        "p",
        { class: "soft dialog-text" },
        say("theyAreSignedOutEverywhere"),
      ),
      form.element,
    ];
  });
  field.control.focus();
  return dialog;
}

/**
 * @param {string} reason
 * @param {boolean} isNeeded
 */
function reasonField(reason, isNeeded) {
  const control = h("textarea", {
    rows: "3",
    maxlength: String(REASON_MAX_CHARS),
    name: "reason",
    required: isNeeded,
  });
  control.value = reason;
  return new Field(say("reason"), control, { hint: say("itsAuthorReadsThis"), pointer: "/reason" });
}

/** @param {string} seconds empty: for ever */
function momentIn(seconds) {
  return seconds ? new Date(Date.now() + Number(seconds) * 1000).toISOString() : null;
}

/**
 * A small button in a row of decisions.
 * @param {string} label
 * @param {() => void} run
 * @param {{ kind?: "danger" | "plain" | "primary" | "quiet", key?: string, testId?: string }} [more]
 */
export function decisionButton(label, run, { kind = "plain", key, testId } = {}) {
  return button(label, {
    class: `button ${kind} small-button`,
    onclick: run,
    "data-testid": testId,
    title: key && `${label} (${key})`,
    "aria-keyshortcuts": key,
  });
}
