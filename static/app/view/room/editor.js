// @ts-check
// The shared document on the screen: CodeMirror bound to its Y.Text, inside a shadow root, where its
// styles are adopted sheets and the page's Content-Security-Policy needs no exception.

/** @import { LineRange, OpenCode } from "../../model/code.js" */
/** @import { SharedDocument } from "../../wire/document.js" */

import {
  Compartment,
  EditorSelection,
  EditorState,
  EditorView,
  keymap,
  languages,
  yCollab,
  yUndoManagerKeymap,
} from "../../../vendor/editor.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { BASE, READING, WRITING } from "./editor-setup.js";
import { placesIn, suggestionMarks, trackSuggestions } from "./editor-marks.js";

export class EditorPane extends View {
  #code;
  #editor;
  #mode = new Compartment();
  #language = new Compartment();
  #canWrite;
  #isSynced = false;

  /**
   * @param {OpenCode} code
   * @param {SharedDocument} document
   * @param {{ showSuggestion: (line: number) => void }} actions
   */
  constructor(code, document, { showSuggestion }) {
    super(h("div", { class: "editor", "data-testid": "editor" }));
    this.#code = code;
    this.#canWrite = code.canWrite;
    const root = this.element.attachShadow({ mode: "open" });
    const { text, awareness, undoManager } = document;
    this.#editor = new EditorView({
      root,
      state: EditorState.create({
        doc: text.toString(),
        extensions: [
          keymap.of(yUndoManagerKeymap),
          ...BASE,
          suggestionMarks(showSuggestion),
          yCollab(text, awareness, { undoManager }),
          this.#mode.of(this.#canWrite ? WRITING : READING),
          this.#language.of([]),
          EditorView.updateListener.of((update) => {
            if (update.selectionSet || update.docChanged) this.#selected();
            code.places.set(placesIn(update.state));
          }),
        ],
      }),
    });
    root.append(this.#editor.dom);
    this.whenDestroyed(() => this.#editor.destroy());
    void this.#loadLanguage(code.session?.language ?? "");
    this.watch([code], () => this.#render());
    this.watch([code.suggestions], () => this.#renderMarks());
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  showLines(start, end) {
    const { doc } = this.#editor.state;
    const from = doc.line(Math.min(Math.max(start, 1), doc.lines)).from;
    const to = doc.line(Math.min(Math.max(end, 1), doc.lines)).to;
    this.#editor.dispatch({
      selection: EditorSelection.single(from, to),
      effects: EditorView.scrollIntoView(EditorSelection.range(from, to), { y: "center" }),
    });
    this.#editor.focus();
  }

  focus() {
    this.#editor.focus();
  }

  #render() {
    if (this.#isSynced !== this.#code.isSynced) {
      this.#isSynced = this.#code.isSynced;
      this.#renderMarks();
    }
    if (this.#canWrite === this.#code.canWrite) return;
    this.#canWrite = this.#code.canWrite;
    this.#editor.dispatch({ effects: this.#mode.reconfigure(this.#canWrite ? WRITING : READING) });
  }

  #renderMarks() {
    // Before the text is there, no line is.
    if (!this.#code.isSynced) return;
    this.#editor.dispatch({ effects: trackSuggestions(this.#code.suggestions.open) });
  }

  #selected() {
    const { main } = this.#editor.state.selection;
    /** @type {LineRange | null} */
    const range = main.empty ? null : this.#linesOf(main.from, main.to);
    this.#code.update({ selection: range });
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #linesOf(from, to) {
    const { doc } = this.#editor.state;
    const first = doc.lineAt(from);
    let last = doc.lineAt(to);
    // Marking whole lines leaves the cursor before the next one, which is not meant.
    if (to === last.from && last.number > first.number) last = doc.line(last.number - 1);
    return { start: first.number, end: last.number, text: doc.sliceString(first.from, last.to) };
  }

  /** @param {string} name */
  async #loadLanguage(name) {
    const support = await languages[name]?.();
    if (support) this.#editor.dispatch({ effects: this.#language.reconfigure(support) });
  }
}
