// @ts-check
// The shared document on the screen: CodeMirror bound to its Y.Text, inside a shadow root, where its
// styles are adopted sheets and the page's Content-Security-Policy needs no exception.

/** @import { LineRange, OpenCode } from "../../model/code.js" */
/** @import { EditorPreferences } from "../../model/editor-preferences.js" */
/** @import { SharedDocument } from "../../wire/document.js" */

import {
  Compartment,
  EditorSelection,
  EditorState,
  EditorView,
  keymap,
  languages,
  openSearchPanel,
  yCollab,
  yUndoManagerKeymap,
} from "../../../vendor/editor.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { showAtTop, tellViewport, whenOwnWay } from "./editor-follow.js";
import { BASE, READING, WRITING, labelled } from "./editor-setup.js";
import { placesIn, suggestionMarks, trackSuggestions } from "./editor-marks.js";

/**
 * @typedef {object} EditorActions
 * @property {(line: number) => void} showSuggestion
 * @property {((line: number) => void) | null} tellViewport for whom others may follow
 * @property {(id: string) => void} goTo show another session
 */

export class EditorPane extends View {
  #code;
  #preferences;
  #goTo;
  #told;
  #editor;
  #mode = new Compartment();
  #language = new Compartment();
  #wrapping = new Compartment();
  #label = new Compartment();
  #canWrite;
  #isSynced = false;
  #named = "";
  #isWrapped = false;
  /** The streamer's viewport that was followed last. */
  #followed = "";

  /**
   * @param {{ code: OpenCode, preferences: EditorPreferences }} models
   * @param {SharedDocument} document
   * @param {EditorActions} actions
   */
  constructor({ code, preferences }, document, { showSuggestion, tellViewport: tell, goTo }) {
    super(h("div", { class: "editor", "data-testid": "editor" }));
    this.#code = code;
    this.#preferences = preferences;
    this.#goTo = goTo;
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
          this.#wrapping.of([]),
          this.#label.of([]),
          EditorView.updateListener.of((update) => {
            if (update.selectionSet || update.docChanged) this.#selected();
            code.places.set(placesIn(update.state));
          }),
        ],
      }),
    });
    root.append(this.#editor.dom);
    this.whenDestroyed(() => this.#editor.destroy());
    this.#told = tell && tellViewport(this.#editor, tell);
    this.whenDestroyed(() => this.#told?.stop());
    this.whenDestroyed(whenOwnWay(this.#editor, () => this.#goOwnWay()));
    this.watch([code, preferences], () => this.#render());
    this.watch([code.suggestions], () => this.#renderMarks());
  }

  /** It has just been put on the page; where it was scrolled to is lost when it is taken away. */
  shown() {
    this.#editor.requestMeasure();
    this.#told?.now();
    this.#followed = "";
    // What is known here of the streamer may be older than what led here: do not go back for it.
    this.#follow({ mayLeave: false });
  }

  openSearch() {
    openSearchPanel(this.#editor);
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

  #render() {
    const { isSynced, canWrite, session } = this.#code;
    if (this.#isSynced !== isSynced) {
      this.#isSynced = isSynced;
      this.#renderMarks();
    }
    this.#renderLook();
    this.#follow();
    const named = `${session?.language} ${session?.title}`;
    if (named !== this.#named) {
      this.#named = named;
      this.#editor.dispatch({ effects: this.#label.reconfigure(labelled(session?.title ?? "")) });
      void this.#loadLanguage(session?.language ?? "");
    }
    if (this.#canWrite === canWrite) return;
    this.#canWrite = canWrite;
    this.#editor.dispatch({ effects: this.#mode.reconfigure(canWrite ? WRITING : READING) });
  }

  #renderLook() {
    const { theme, size, isWrapped } = this.#preferences;
    this.element.dataset.theme = theme;
    if (this.element.style.getPropertyValue("--code-size") !== `${size / 100}`) {
      this.element.style.setProperty("--code-size", `${size / 100}`);
      this.#editor.requestMeasure();
    }
    if (this.#isWrapped === isWrapped) return;
    this.#isWrapped = isWrapped;
    const wrapping = isWrapped ? EditorView.lineWrapping : [];
    this.#editor.dispatch({ effects: this.#wrapping.reconfigure(wrapping) });
  }

  #follow({ mayLeave = true } = {}) {
    const { viewport, isSynced } = this.#code;
    if (!this.#preferences.isFollowing || !viewport || !isSynced) {
      this.#followed = "";
      return;
    }
    const { line, elsewhere } = viewport;
    const key = `${line} ${elsewhere}`;
    if (key === this.#followed || !this.element.isConnected) return;
    this.#followed = key;
    if (elsewhere !== null) {
      if (mayLeave) this.#goTo(elsewhere);
    } else if (line !== null) showAtTop(this.#editor, line);
  }

  #goOwnWay() {
    // Only who follows leaves; the streamer has no viewport to follow.
    if (this.#followed !== "") this.#preferences.choose({ isFollowing: false });
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
    const support = (await languages[name]?.()) ?? [];
    if (this.#code.session?.language !== name) return;
    this.#editor.dispatch({ effects: this.#language.reconfigure(support) });
  }
}
