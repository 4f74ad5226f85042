// @ts-check
// Rejecting a suggestion, with a word for who made it.

import { say } from "../../words/code.js";
import { Field, button } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";

const NOTE_LIMIT = 500;
const TEXT = {
  title: say("rejectTheSuggestion"),
  note: say("aWordToWhoSuggested"),
  hint: say("theyAreNotifiedItMay"),
  cancel: say("notNow"),
  reject: say("reject"),
};

/** @param {(note: string) => void} reject */
export function openRejectionForm(reject) {
  const note = new Field(
    TEXT.note,
    h("textarea", { rows: "3", maxlength: NOTE_LIMIT, "data-testid": "reject-note" }),
    { hint: TEXT.hint },
  );
  openDialog(TEXT.title, (close) => {
    const form = h(
      "form",
      { class: "form", novalidate: true },
      note.element,
      h(
        "div",
        { class: "dialog-actions" },
        button(TEXT.cancel, { kind: "quiet", onclick: close }),
        button(TEXT.reject, { kind: "primary", type: "submit", "data-testid": "reject-submit" }),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      reject(note.value);
      close();
    });
    return [form];
  });
}
