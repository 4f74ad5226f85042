// @ts-check
// The text of a moment, coloured by who wrote which part: CodeMirror, to read, in its shadow root.

/** @import { EditorPreferences } from "../../model/editor-preferences.js" */
/** @import { Passage } from "../../types-history" */

import {
  Compartment,
  Decoration,
  EditorState,
  EditorView,
  RangeSetBuilder,
  StateEffect,
  StateField,
  languages,
} from "../../../vendor/editor.js";
import { hueOf } from "../../model/hue.js";
import { say } from "../../words/code.js";
import { formatClock } from "../kit/format.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { BASE, READING, labelled } from "./editor-setup.js";

/** @typedef {import("../../../vendor/editor.js").DecorationSet} DecorationSet */

const ERASED = say("anErasedAccount");

/** @type {import("../../../vendor/editor.js").StateEffectType<DecorationSet>} */
const setBlame = StateEffect.define();

const blame = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(setBlame)) return effect.value;
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class PastPane extends View {
  #editor;

  /**
   * @param {{ title: string, language: string }} named
   * @param {EditorPreferences} preferences
   */
  constructor({ title, language }, preferences) {
    super(h("div", { class: "editor", "data-testid": "history-text" }));
    const root = this.element.attachShadow({ mode: "open" });
    const grammar = new Compartment();
    this.#editor = new EditorView({
      root,
      state: EditorState.create({
        doc: "",
        extensions: [...BASE, READING, blame, labelled(title), grammar.of([])],
      }),
    });
    root.append(this.#editor.dom);
    this.whenDestroyed(() => this.#editor.destroy());
    this.watch([preferences], () => {
      this.element.dataset.theme = preferences.theme;
      this.element.style.setProperty("--code-size", `${preferences.size / 100}`);
    });
    void languages[language]?.().then((support) =>
      this.#editor.dispatch({ effects: grammar.reconfigure(support) }),
    );
  }

  /** @param {Passage[]} passages */
  show(passages) {
    const text = passages.map((each) => each.text).join("");
    const before = this.#editor.state.doc.toString();
    // Only what differs is put in anew, so that what is looked at stays where it is.
    const start = commonStart(before, text);
    const end = commonEnd(before, text, start);
    /** @type {RangeSetBuilder<import("../../../vendor/editor.js").Decoration>} */
    const marks = new RangeSetBuilder();
    let at = 0;
    for (const passage of passages) {
      const to = at + passage.text.length;
      if (to > at) marks.add(at, to, markOf(passage));
      at = to;
    }
    this.#editor.dispatch({
      changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) },
      effects: setBlame.of(marks.finish()),
    });
  }
}

/** @param {Passage} passage */
function markOf({ user, at }) {
  const name = user?.username ?? ERASED;
  return Decoration.mark({
    class: "cm-blame",
    attributes: {
      style: `--hue: ${hueOf(user?.username ?? "")}`,
      title: `${name}, ${formatClock(at)}`,
    },
  });
}

/**
 * How much both begin with.
 * @param {string} a
 * @param {string} b
 */
function commonStart(a, b) {
  const shortest = Math.min(a.length, b.length);
  for (let at = 0; at < shortest; at++) if (a[at] !== b[at]) return at;
  return shortest;
}

/**
 * How much both end with, without what is known to be the same at the start.
 * @param {string} a
 * @param {string} b
 * @param {number} start
 */
function commonEnd(a, b, start) {
  const shortest = Math.min(a.length, b.length) - start;
  for (let n = 0; n < shortest; n++) if (a[a.length - 1 - n] !== b[b.length - 1 - n]) return n;
  return shortest;
}
