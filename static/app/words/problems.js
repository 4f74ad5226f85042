// @ts-check
// What the server refuses, in the language of the page: by the stable code, not by its sentence.

import { load } from "../loading.js";
import { language } from "./language.js";

/** @typedef {{ sentences: Readonly<Record<string, string>>, fields: readonly (readonly [RegExp, string])[] }} Refusals */

/** @type {Refusals} In English the server's own sentences are shown. */
const { sentences, fields } =
  language === "en"
    ? { sentences: {}, fields: [] }
    : (await load(() => import(`./${language}/problems.js`))).default;

/**
 * The sentence for a refusal.
 * @param {string} code
 * @param {string} detail the server's own words
 */
export function problemSentence(code, detail) {
  return sentences[code] ?? detail.charAt(0).toUpperCase() + detail.slice(1);
}

/**
 * The sentence for what is wrong with one field.
 * @param {string} detail
 */
export function fieldSentence(detail) {
  for (const [pattern, sentence] of fields) {
    const found = pattern.exec(detail);
    if (found) return sentence.replace("$1", found[1] ?? "");
  }
  return detail;
}
