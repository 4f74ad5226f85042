// @ts-check
// The theme somebody chose, kept twice: in this browser's storage, where pages without the app find
// it (theme-at-once.js), and as a cookie, so that the server sends the app's page in it.

/** @import { ThemeChoice } from "../model/theme.js" */

const KEY = "theme";
const YEAR_S = 365 * 24 * 3600;

export function keptTheme() {
  return localStorage.getItem(KEY);
}

/** @param {ThemeChoice} choice */
export function keepTheme(choice) {
  localStorage.setItem(KEY, choice);
  const seconds = choice === "system" ? 0 : YEAR_S;
  const cookie = [`${KEY}=${choice}`, "path=/", `max-age=${seconds}`, "samesite=lax"];
  document.cookie = cookie.join(";");
}
