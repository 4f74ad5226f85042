// @ts-check
// The theme somebody chose, kept twice: in this browser's storage, where pages without the app find
// it (theme-at-once.js), and as a cookie, so that the server sends the app's page in it.

/** @import { Theme } from "../model/theme.js" */

export const KEY = "theme";
const YEAR_S = 365 * 24 * 3600;

/**
 * Show the page in the theme from now on, and keep each choice.
 * @param {Theme} theme
 * @param {Storage} storage
 */
export function wearTheme(theme, storage) {
  wear(theme);
  theme.subscribe(() => {
    storage.setItem(KEY, theme.choice);
    wear(theme);
  });
}

/** @param {Theme} theme */
function wear({ choice }) {
  const isChosen = choice !== "system";
  if (isChosen) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  document.cookie = `${KEY}=${choice}; path=/; max-age=${isChosen ? YEAR_S : 0}; samesite=lax`;
}
