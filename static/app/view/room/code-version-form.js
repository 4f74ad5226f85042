// @ts-check
// The form that gives a moment a name.

import { say } from "../../words/code.js";
import { Field, button, showProblem } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";

const TEXT = {
  title: say("nameThisMoment"),
  name: "Name",
  hint: say("itIsListedForEverybody"),
  missing: say("giveItAName"),
  save: say("keepIt"),
};

/** @param {(name: string) => Promise<void>} save */
export function openVersionForm(save) {
  const name = new Field(
    TEXT.name,
    h("input", { maxlength: "100", "data-testid": "version-name" }),
    { hint: TEXT.hint, pointer: "/name" },
  );
  const submit = button(TEXT.save, {
    kind: "primary",
    type: "submit",
    "data-testid": "version-save",
  });
  openDialog(TEXT.title, (close) => {
    const form = h(
      "form",
      { class: "form", novalidate: true },
      name.element,
      h("div", { class: "dialog-actions" }, submit),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (name.value.trim() === "") return name.setError(TEXT.missing);
      submit.disabled = true;
      try {
        await save(name.value.trim());
        close();
      } catch (error) {
        const rest = showProblem(error, [name]);
        if (rest) name.setError(rest);
      }
      submit.disabled = false;
    });
    return [form];
  });
}
