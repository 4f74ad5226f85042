// @ts-check
// Two changes of the same lines put together, where they are in different places.

import { compareLines } from "./diff.js";

/** @typedef {{ start: number, end: number, lines: string[] }} Hunk original lines [start, end) become others */

/**
 * `original` with what `theirs` and `now` changed in it, or null where both changed the same lines, or
 * lines beside each other: only a person can say what is meant there.
 * @param {string} original
 * @param {string} theirs
 * @param {string} now
 */
export function mergedLines(original, theirs, now) {
  const before = original.split("\n");
  const a = hunksOf(before, theirs.split("\n"));
  const b = hunksOf(before, now.split("\n"));
  const others = b.filter((each) => !a.some((hunk) => isSame(hunk, each)));
  if (others.some((each) => a.some((hunk) => hunk.start <= each.end && each.start <= hunk.end)))
    return null;
  /** @type {string[]} */
  const merged = [];
  let at = 0;
  for (const { start, end, lines } of [...a, ...others].sort((x, y) => x.start - y.start)) {
    merged.push(...before.slice(at, start), ...lines);
    at = end;
  }
  return [...merged, ...before.slice(at)].join("\n");
}

/**
 * @param {string[]} before
 * @param {string[]} after
 */
function hunksOf(before, after) {
  /** @type {Hunk[]} */
  const hunks = [];
  /** @type {Hunk | null} */
  let open = null;
  let at = 0;
  for (const { kind, text } of compareLines(before, after)) {
    if (kind === "same") {
      open = null;
      at += 1;
      continue;
    }
    if (!open) hunks.push((open = { start: at, end: at, lines: [] }));
    if (kind === "removed") open.end = at += 1;
    else open.lines.push(text);
  }
  return hunks;
}

/**
 * @param {Hunk} a
 * @param {Hunk} b
 */
function isSame(a, b) {
  return a.start === b.start && a.end === b.end && a.lines.join("\n") === b.lines.join("\n");
}
