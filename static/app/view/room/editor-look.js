// @ts-check
// The dialog in which somebody chooses how the editor looks to them.

/** @import { EditorPreferences, EditorTheme } from "../../model/editor-preferences.js" */

import { EDITOR_THEMES, TEXT_SIZES } from "../../model/editor-preferences.js";
import { say } from "../../words/code.js";
import { Field } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";

const TEXT = {
  title: say("howTheEditorLooks"),
  theme: say("colours"),
  size: say("sizeOfTheText"),
  wrap: say("breakLongLines"),
  hint: say("keptOnThisComputerFor"),
};
/** @type {Record<EditorTheme, string>} */
const THEMES = {
  site: say("asTheSite"),
  light: say("light"),
  dark: say("dark"),
  contrast: say("highContrast"),
};

/** @param {EditorPreferences} preferences */
export function openEditorLook(preferences) {
  const theme = new Field(
    TEXT.theme,
    select(
      EDITOR_THEMES.map((each) => [each, THEMES[each]]),
      preferences.theme,
      "editor-theme",
    ),
  );
  const size = new Field(
    TEXT.size,
    select(
      TEXT_SIZES.map((each) => [String(each), `${each} %`]),
      String(preferences.size),
      "editor-size",
    ),
  );
  const wrap = h("input", { type: "checkbox", checked: preferences.isWrapped });
  theme.control.addEventListener("change", () =>
    preferences.choose({ theme: EDITOR_THEMES.find((each) => each === theme.value) ?? "site" }),
  );
  size.control.addEventListener("change", () => preferences.choose({ size: Number(size.value) }));
  wrap.addEventListener("change", () => preferences.choose({ isWrapped: wrap.checked }));
  openDialog(TEXT.title, () => [
    h(
      "div",
      { class: "form" },
      theme.element,
      size.element,
      h("label", { class: "check" }, wrap, h("span", {}, TEXT.wrap)),
      h("p", { class: "field-hint" }, TEXT.hint),
    ),
  ]);
}

/**
 * @param {[string, string][]} choices
 * @param {string} chosen
 * @param {string} testId
 */
function select(choices, chosen, testId) {
  return h(
    "select",
    { "data-testid": testId },
    ...choices.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
}
