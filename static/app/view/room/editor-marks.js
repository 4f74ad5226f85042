// @ts-check
// Where the open suggestions stand while somebody types: their lines move with the text at once, and
// the mark beside them shows whether these lines are still what they were. The server decides; what
// it says later of the same edit is the same.

/** @import { EditorState, StateEffectType, Text } from "../../../vendor/editor.js" */
/** @import { Place } from "../../model/places.js" */
/** @import { Suggestion } from "../../types" */

import {
  GutterMarker,
  RangeSetBuilder,
  StateEffect,
  StateField,
  gutter,
} from "../../../vendor/editor.js";
import { say } from "../../words/code.js";

/**
 * @typedef {object} Tracked
 * @property {Suggestion} suggestion as the server told it last
 * @property {number} from
 * @property {number} to the end of the last line, before its break
 */

/** @type {StateEffectType<Suggestion[]>} */
const setSuggestions = StateEffect.define();

const tracked = StateField.define({
  create: () => /** @type {Tracked[]} */ ([]),
  update(all, transaction) {
    let now = all;
    if (transaction.docChanged) {
      now = all.map(({ suggestion, from, to }) => {
        const start = transaction.changes.mapPos(from, 1);
        return {
          suggestion,
          from: start,
          to: Math.max(start, transaction.changes.mapPos(to, -1)),
        };
      });
    }
    for (const effect of transaction.effects) {
      if (effect.is(setSuggestions)) now = track(effect.value, now, transaction.state.doc);
    }
    return now;
  },
});

class SuggestionMark extends GutterMarker {
  /**
   * @param {number} count
   * @param {boolean} isStale
   */
  constructor(count, isStale) {
    super();
    this.count = count;
    this.isStale = isStale;
  }

  /** @override @param {SuggestionMark} other */
  eq(other) {
    return this.count === other.count && this.isStale === other.isStale;
  }

  /** @override */
  toDOM() {
    const mark = document.createElement("span");
    mark.className = `cm-suggestion-mark${this.isStale ? " is-stale" : ""}`;
    const { count } = this;
    mark.title = this.isStale
      ? say("showSuggestionsEditedSince", { count })
      : say("showSuggestions", { count });
    if (this.count > 1) mark.textContent = String(this.count);
    return mark;
  }
}

/** @param {Suggestion[]} suggestions those that are open */
export function trackSuggestions(suggestions) {
  return setSuggestions.of(suggestions);
}

/**
 * Where each tracked suggestion stands in `state`, by its id.
 * @param {EditorState} state
 * @returns {Map<string, Place>}
 */
export function placesIn(state) {
  return new Map(
    state.field(tracked).map((each) => [each.suggestion.id, placeOf(each, state.doc)]),
  );
}

/** @param {(line: number) => void} show called with the line whose mark was pressed */
export function suggestionMarks(show) {
  return [
    tracked,
    gutter({
      class: "cm-suggestion-gutter",
      markers: (view) => marksFor(view.state),
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
 * @param {Suggestion[]} suggestions
 * @param {Tracked[]} before
 * @param {Text} doc
 */
function track(suggestions, before, doc) {
  const known = new Map(before.map((each) => [each.suggestion.id, each]));
  return suggestions.flatMap((suggestion) => {
    const found = known.get(suggestion.id);
    // The server tells what it knew a moment ago; what is tracked here has seen every edit since.
    if (found && (isSamePlace(found.suggestion, suggestion) || !placeOf(found, doc).isStale))
      return [{ ...found, suggestion }];
    const { line_start: first, line_end: last } = suggestion;
    if (last > doc.lines) return found ? [{ ...found, suggestion }] : [];
    const told = { suggestion, from: doc.line(first).from, to: doc.line(last).to };
    if (suggestion.is_stale || !placeOf(told, doc).isStale) return [told];
    return [foundAgain(suggestion, doc) ?? told];
  });
}

/**
 * @param {Suggestion} a
 * @param {Suggestion} b
 */
function isSamePlace(a, b) {
  return (
    a.line_start === b.line_start && a.line_end === b.line_end && a.is_stale === b.is_stale
  );
}

/**
 * Where the lines it was made for stand, if at exactly one place: typed at since the server looked.
 * @param {Suggestion} suggestion
 * @param {Text} doc
 */
function foundAgain(suggestion, doc) {
  const { original } = suggestion;
  if (!original) return null;
  const padded = `\n${doc.toString()}\n`;
  const at = padded.indexOf(`\n${original}\n`);
  if (at < 0 || padded.indexOf(`\n${original}\n`, at + 1) >= 0) return null;
  return { suggestion, from: at, to: at + original.length };
}

/**
 * @param {Tracked} each
 * @param {Text} doc
 * @returns {Place}
 */
function placeOf({ suggestion, from, to }, doc) {
  const original = suggestion.original ?? "";
  const first = doc.lineAt(from);
  const isGone = from === to && original !== "";
  let last = doc.lineAt(to);
  // Its last line was cut off with its break: what stands there now was never meant.
  const endsEmpty = original === "" || original.endsWith("\n");
  if (to === last.from && last.number > first.number && !endsEmpty) last = doc.line(last.number - 1);
  const now = isGone ? "" : doc.sliceString(first.from, last.to, "\n");
  return {
    start: first.number,
    end: last.number,
    now,
    isGone,
    isStale: isGone || now !== original,
  };
}

/** @param {EditorState} state */
function marksFor(state) {
  /** @type {RangeSetBuilder<GutterMarker>} */
  const builder = new RangeSetBuilder();
  /** @type {Map<number, { count: number, isStale: boolean }>} */
  const byLine = new Map();
  for (const each of state.field(tracked)) {
    const { start, isStale } = placeOf(each, state.doc);
    const others = byLine.get(start);
    byLine.set(start, {
      count: (others?.count ?? 0) + 1,
      isStale: isStale && (others?.isStale ?? true),
    });
  }
  for (const [line, { count, isStale }] of [...byLine].sort(([a], [b]) => a - b)) {
    const { from } = state.doc.line(line);
    builder.add(from, from, new SuggestionMark(count, isStale));
  }
  return builder.finish();
}
