// @ts-check
// The form that opens a code session, or gives it another name or language.

import { say } from "../../words/code.js";
import { Field, button, showProblem } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";

/** The names a session may carry, with what people call them. */
export const LANGUAGES = [
  ["javascript", "JavaScript"],
  ["typescript", "TypeScript"],
  ["python", "Python"],
  ["rust", "Rust"],
  ["go", "Go"],
  ["java", "Java"],
  ["c", "C"],
  ["cpp", "C++"],
  ["html", "HTML"],
  ["css", "CSS"],
  ["sql", "SQL"],
  ["json", "JSON"],
  ["markdown", "Markdown"],
  ["text", say("plainText")],
];

/** @param {string} language */
export function languageName(language) {
  return LANGUAGES.find(([name]) => name === language)?.[1] ?? language;
}

/** @typedef {{ title: string, language: string }} Named */

const TEXT = {
  create: { title: say("shareCode"), submit: say("shareIt") },
  rename: { title: say("renameTheCode"), submit: say("save") },
};

/**
 * @param {(wanted: Named) => Promise<void>} save
 * @param {Named | null} [before] what it is called so far
 */
export function openCodeForm(save, before = null) {
  const words = before ? TEXT.rename : TEXT.create;
  const title = new Field(
    say("title"),
    h("input", {
      maxlength: "100",
      placeholder: "main.py",
      value: before?.title,
      "data-testid": "code-title",
    }),
    {
      pointer: "/title",
    },
  );
  const language = new Field(
    say("language"),
    h(
      "select",
      { "data-testid": "code-language" },
      ...LANGUAGES.map(([value, label]) =>
        h("option", { value: value ?? "", selected: value === before?.language }, label),
      ),
    ),
    { pointer: "/language" },
  );
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const submit = button(words.submit, {
    kind: "primary",
    type: "submit",
    "data-testid": "code-create",
  });

  openDialog(words.title, (close) => {
    const form = h(
      "form",
      { class: "form", novalidate: true },
      title.element,
      language.element,
      problem,
      h("div", { class: "dialog-actions" }, submit),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (title.value.trim() === "") return title.setError(say("giveItANameA"));
      submit.disabled = true;
      try {
        await save({ title: title.value.trim(), language: language.value });
        close();
      } catch (error) {
        setText(problem, showProblem(error, [title, language]));
        problem.hidden = problem.textContent === "";
      }
      submit.disabled = false;
    });
    return [form];
  });
}
