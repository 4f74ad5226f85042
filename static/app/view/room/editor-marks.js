// @ts-check
// The marks beside lines somebody has a suggestion for. They move with the text until the server
// tells the new line.

/** @import { StateEffectType, Text } from "../../../vendor/editor.js" */

import {
  GutterMarker,
  RangeSetBuilder,
  StateEffect,
  StateField,
  gutter,
} from "../../../vendor/editor.js";

/** @type {StateEffectType<number[]>} */
const setLines = StateEffect.define();

class SuggestionMark extends GutterMarker {
  /** @override */
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "cm-suggestion-mark";
    mark.title = "Show the suggestion for this line";
    return mark;
  }
}

const MARK = new SuggestionMark();

/** @param {number[]} lines one-based */
export function markLines(lines) {
  return setLines.of(lines);
}

/** @param {(line: number) => void} show called with the line whose mark was pressed */
export function suggestionMarks(show) {
  const field = StateField.define({
    create: (state) => marksFor([], state.doc),
    update(marks, transaction) {
      let moved = marks.map(transaction.changes);
      for (const effect of transaction.effects) {
        if (effect.is(setLines)) moved = marksFor(effect.value, transaction.state.doc);
      }
      return moved;
    },
  });
  return [
    field,
    gutter({
      class: "cm-suggestion-gutter",
      markers: (view) => view.state.field(field),
      domEventHandlers: {
        mousedown(view, block) {
          show(view.state.doc.lineAt(block.from).number);
          return true;
        },
      },
    }),
  ];
}

/**
 * @param {number[]} lines
 * @param {Text} doc
 */
function marksFor(lines, doc) {
  /** @type {RangeSetBuilder<GutterMarker>} */
  const builder = new RangeSetBuilder();
  const inside = [...new Set(lines)].filter((line) => line >= 1 && line <= doc.lines);
  for (const line of inside.sort((a, b) => a - b)) {
    const { from } = doc.line(line);
    builder.add(from, from, MARK);
  }
  return builder.finish();
}
