// @ts-check
// A small line diff for a suggestion: the lines that stand there, and those proposed.

/** Beyond this many cells the table costs more than the picture is worth. */
const TABLE_LIMIT = 40_000;

/** @typedef {{ kind: "same" | "removed" | "added", text: string }} DiffLine */

/**
 * Lines of `before` and `after`, given as text or as lines, by their longest common subsequence. Text
 * that comes after may be empty, which is no line.
 * @param {string | string[]} before
 * @param {string | string[]} after
 * @returns {DiffLine[]}
 */
export function diffLines(before, after) {
  const old = typeof before === "string" ? before.split("\n") : before;
  const fresh = typeof after === "string" ? (after === "" ? [] : after.split("\n")) : after;
  return withoutCommonIndent(compareLines(old, fresh));
}

/**
 * The same of lines as they are, indentation and all.
 * @param {string[]} old
 * @param {string[]} fresh
 */
export function compareLines(old, fresh) {
  if (old.length * fresh.length > TABLE_LIMIT) {
    return [...marked("removed", old), ...marked("added", fresh)];
  }
  return walk(old, fresh, commonLengths(old, fresh));
}

/**
 * Deep code is shown from its own left edge: a narrow column would hold little but indentation.
 * @param {DiffLine[]} lines
 */
function withoutCommonIndent(lines) {
  const indents = lines.filter(({ text }) => text.trim()).map(({ text }) => text.search(/\S/));
  const common = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map(({ kind, text }) => ({ kind, text: text.slice(common) }));
}

/**
 * @param {DiffLine["kind"]} kind
 * @param {string[]} lines
 * @returns {DiffLine[]}
 */
function marked(kind, lines) {
  return lines.map((text) => ({ kind, text }));
}

/**
 * lengths[i][j]: how much the tails from old[i] and fresh[j] have in common.
 * @param {string[]} old
 * @param {string[]} fresh
 */
function commonLengths(old, fresh) {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const row = /** @type {Uint32Array} */ (lengths[i]);
      const below = /** @type {Uint32Array} */ (lengths[i + 1]);
      row[j] = old[i] === fresh[j] ? at(below, j + 1) + 1 : Math.max(at(below, j), at(row, j + 1));
    }
  }
  return lengths;
}

/**
 * @param {string[]} old
 * @param {string[]} fresh
 * @param {Uint32Array[]} lengths
 */
function walk(old, fresh, lengths) {
  /** @type {DiffLine[]} */
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) {
      lines.push({ kind: "same", text: String(old[i]) });
      i++;
      j++;
    } else if (at(lengths[i + 1], j) >= at(lengths[i], j + 1)) {
      lines.push({ kind: "removed", text: String(old[i++]) });
    } else {
      lines.push({ kind: "added", text: String(fresh[j++]) });
    }
  }
  return [...lines, ...marked("removed", old.slice(i)), ...marked("added", fresh.slice(j))];
}

/**
 * @param {Uint32Array | undefined} row
 * @param {number} index
 */
function at(row, index) {
  return row?.[index] ?? 0;
}
