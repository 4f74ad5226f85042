// @ts-check
// The menu of how the pages look and speak: light or dark, and the language.

/** @import { Theme } from "../model/theme.js" */
/** @import { Language } from "../words/language.js" */
/** @import { View } from "./kit/view.js" */

import { THEME_CHOICES } from "../model/theme.js";
import { LANGUAGES, chooseLanguage, language } from "../words/language.js";
import { say } from "../words/site.js";
import { button } from "./kit/controls.js";
import { fill, h } from "./kit/dom.js";
import { icon } from "./kit/icons.js";

const THEME_ICONS = /** @type {const} */ ({ system: "system", light: "sun", dark: "moon" });

/**
 * @param {View} view
 * @param {Theme} theme
 */
export function lookMenu(view, theme) {
  const label = say("themeAndLanguage");
  const summary = h("summary", { class: "icon-button", "aria-label": label, title: label });
  const themes = THEME_CHOICES.map((choice) => ({
    choice,
    element: button(say("theme", { kind: choice }), {
      kind: "quiet",
      icon: THEME_ICONS[choice],
      onclick: () => theme.choose(choice),
      "data-testid": `theme-${choice}`,
    }),
  }));
  const languages = /** @type {Language[]} */ (Object.keys(LANGUAGES)).map((each) =>
    button(LANGUAGES[each], {
      kind: "quiet",
      lang: each,
      "aria-pressed": String(each === language),
      onclick: () => chooseLanguage(each),
      "data-testid": `language-${each}`,
    }),
  );
  view.watch([theme], () => {
    fill(summary, icon(THEME_ICONS[theme.choice]));
    for (const { choice, element } of themes)
      element.setAttribute("aria-pressed", String(choice === theme.choice));
  });
  const menu = h(
    "details",
    { class: "menu look-menu", "data-testid": "look" },
    summary,
    h(
      "div",
      { class: "menu-sheet" },
      h("div", { role: "group", "aria-label": say("colours") }, ...themes.map((each) => each.element)),
      h("div", { role: "group", "aria-label": say("language") }, ...languages),
    ),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    summary.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  return menu;
}
