// @ts-check
// Colours for a few lines of code in the chat: comments, strings, numbers and the words that most
// languages share. The editor's grammars know more and weigh more than a chat may.

import { h } from "../kit/dom.js";

/** The languages that can be chosen, and by what their comments begin. */
export const LANGUAGES = [
  "python",
  "javascript",
  "typescript",
  "html",
  "css",
  "rust",
  "go",
  "java",
  "c",
  "cpp",
  "csharp",
  "ruby",
  "php",
  "sql",
  "bash",
  "json",
  "yaml",
];
const HASH = new Set(["python", "ruby", "bash", "yaml", "php"]);
const DASHES = new Set(["sql"]);
const WORDS = new Set(
  `abstract and as assert async await begin bool boolean break case catch char class const continue
   def defer default del delete do done echo elif else elseif end enum esac except export extends
   false False fi final finally float fn for foreach from func function go global goto if impl
   implements import in include instanceof int interface is lambda let local long loop match mod
   module mut namespace new nil None nonlocal not null object of or override package pass private
   protected pub public raise readonly ref require rescue return select self Self short signed
   sizeof static str string struct super switch then this throw throws trait true True try type
   typedef typeof undefined union unless unsafe unsigned until use using var void volatile when
   where while with yield SELECT FROM WHERE INSERT UPDATE DELETE INTO VALUES SET JOIN LEFT INNER ON
   GROUP ORDER BY LIMIT CREATE TABLE ALTER DROP NOT NULL AND OR AS PRIMARY KEY`.split(/\s+/),
);
const STRING = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?/y;
const NUMBER = /\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\b/iy;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)|<!--[\s\S]*?(?:-->|$)/y;
const SLASHES = /\/\/[^\n]*/y;
const HASHES = /#[^\n]*/y;
const DASHED = /--[^\n]*/y;

/**
 * @param {string} code
 * @param {string | null} language
 */
export function coloured(code, language) {
  return h("pre", { class: "code" }, h("code", {}, ...pieces(code, rulesOf(language))));
}

/** @typedef {[RegExp, string]} Rule a class of prose.css */

/**
 * @param {string | null} language
 * @returns {Rule[]}
 */
function rulesOf(language) {
  /** @type {Rule[]} */
  const comments = [[BLOCK_COMMENT, "hl-c"]];
  if (language && DASHES.has(language)) comments.push([DASHED, "hl-c"]);
  else if (language && HASH.has(language)) comments.push([HASHES, "hl-c"]);
  else if (language !== "css") comments.push([SLASHES, "hl-c"]);
  return [...comments, [STRING, "hl-s"], [NUMBER, "hl-m"], [WORD, ""]];
}

/**
 * @param {string} code
 * @param {Rule[]} rules
 */
function pieces(code, rules) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let plain = "";
  let at = 0;
  while (at < code.length) {
    const [text, style] = pieceAt(code, at, rules);
    at += text.length;
    if (style === "") {
      plain += text;
      continue;
    }
    parts.push(plain, h("span", { class: style }, text));
    plain = "";
  }
  return [...parts, plain];
}

/**
 * @param {string} code
 * @param {number} at
 * @param {Rule[]} rules
 * @returns {[string, string]} a piece and its class, empty for plain text
 */
function pieceAt(code, at, rules) {
  for (const [rule, style] of rules) {
    rule.lastIndex = at;
    const text = rule.exec(code)?.[0];
    if (!text) continue;
    if (rule !== WORD) return [text, style];
    return [text, WORDS.has(text) ? "hl-k" : code[at + text.length] === "(" ? "hl-nf" : ""];
  }
  return [code[at] ?? "", ""];
}
