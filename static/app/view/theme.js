// @ts-check
// Shows the page in the theme that somebody chose.

/** @import { Theme } from "../model/theme.js" */

import { keepTheme } from "../link/theme-memory.js";

/**
 * Show the page in the theme from now on, and keep each choice.
 * @param {Theme} theme
 */
export function wearTheme(theme) {
  wear(theme);
  theme.subscribe(() => wear(theme));
}

/** @param {Theme} theme */
function wear({ choice }) {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  keepTheme(choice);
}
