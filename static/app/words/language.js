// @ts-check
// Which language the page speaks: the one a person chose, else the first of the browser's that there
// is. The server decides in the same way, from the cookie and Accept-Language.

/** @typedef {keyof typeof LANGUAGES} Language */

/** Each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

const YEAR_S = 365 * 24 * 3600;

/** @type {Language} */
export const language = chosen() ?? preferred(navigator.languages);

/** @returns {Language | null} what was chosen in this browser */
export function chosen() {
  const cookie = /(?:^|; )language=(\w+)/.exec(document.cookie);
  return known(cookie?.[1] ?? "");
}

/**
 * Speak another language from now on. The page is made anew: every sentence on it changes.
 * @param {Language} wanted
 */
export function chooseLanguage(wanted) {
  document.cookie = `language=${wanted}; path=/; max-age=${YEAR_S}; samesite=lax`;
  location.reload();
}

/** @param {readonly string[]} tags BCP 47, the dearest first */
function preferred(tags) {
  for (const tag of tags) {
    const found = known(tag.split("-")[0]?.toLowerCase() ?? "");
    if (found) return found;
  }
  return "en";
}

/**
 * @param {string} name
 * @returns {Language | null}
 */
export function known(name) {
  return Object.hasOwn(LANGUAGES, name) ? /** @type {Language} */ (name) : null;
}
