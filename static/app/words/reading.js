// @ts-check
// Reads sentences out of a catalogue. A sentence is text with {placeholders}; where it depends on a
// number or on a kind of thing there is one for each. Nothing here is ever parsed as markup.

/** @import { Child } from "../view/kit/dom.js" */
/** @import { Entries, Entry, Reader } from "./types" */

import { load } from "../loading.js";
import { language } from "./language.js";

const plural = new Intl.PluralRules(language);
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });

/**
 * Open one area's words: only the language that is spoken is fetched. Called once an area, by the
 * module of its name, so that whoever needs its words imports them like anything else.
 * @template {Entries} C
 * @param {string} area
 * @returns {Promise<Reader<C>>}
 */
export async function openWords(area) {
  const { default: entries } = await load(() => import(`./${language}/${area}.js`));
  return reader(entries);
}

/** @param {number} count */
export function formatCount(count) {
  return count < 10_000 ? String(count) : compact.format(count);
}

/**
 * @template {Entries} C
 * @param {C} entries
 * @returns {Reader<C>}
 */
function reader(entries) {
  return {
    say: (key, ...more) => filled(entries[key], more[0]).join(""),
    sayWith: (key, ...more) => filled(entries[key], more[0]),
  };
}

/**
 * @param {Entry | undefined} entry
 * @param {Record<string, Child>} [values]
 * @returns {Child[]}
 */
function filled(entry, values = {}) {
  // split() with a group: text, name, text, name, ..., text.
  const pieces = sentence(entry, values).split(/\{(\w+)\}/);
  return pieces.map((piece, at) => (at % 2 ? shown(piece, values[piece]) : piece));
}

/**
 * @param {Entry | undefined} entry
 * @param {Record<string, Child>} values
 */
function sentence(entry, { count, kind }) {
  if (typeof entry === "string") return entry;
  const variant = typeof count === "number" ? plural.select(count) : String(kind);
  return entry?.[variant] ?? entry?.["other"] ?? "";
}

/**
 * @param {string} name
 * @param {Child} value
 */
function shown(name, value) {
  return name === "count" && typeof value === "number" ? formatCount(value) : value;
}
