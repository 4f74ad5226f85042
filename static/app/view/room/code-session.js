// @ts-check
// One code session: a line that says how things are, the editor, and the suggestions beside it.

/** @import { CodeLink } from "../../link/code-link.js" */
/** @import { OpenCode } from "../../model/code.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { RunLink } from "../../link/run-link.js" */
/** @import { Run } from "../../model/run.js" */
/** @import { SharedDocument } from "../../wire/document.js" */

import { canRun } from "../../link/run-link.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { languageName } from "./code-form.js";
import { RunPane } from "./code-run.js";
import { openCollaborators } from "./collaborators.js";
import { SuggestionsView } from "./suggestions.js";

/** @typedef {import("./editor.js").EditorPane} EditorPane */

export class CodeSessionView extends View {
  #code;
  #room;
  #link;
  #language = h("span", { class: "chip" });
  #access = h("span", { class: "soft small" });
  #people = h("span", { class: "soft small code-people" });
  #saved = h("span", { class: "code-saved small", role: "status", "data-testid": "editor-saved" });
  #collaborators = button("People", {
    icon: "user",
    kind: "quiet",
    "data-testid": "collaborators",
  });
  #runButton = button("Run", { icon: "play", kind: "quiet", "data-testid": "code-run" });
  #pane = h("div", { class: "code-pane" });
  #runPane;
  /** @type {EditorPane | null} */
  #editor = null;
  /** The document the editor shows, or is about to. @type {SharedDocument | null} */
  #shown = null;
  /** How things are; the panel's head gives it a place. */
  line = h("div", { class: "code-line" });

  /**
   * @param {{ code: OpenCode, room: Room, session: Session, run: Run }} models
   * @param {CodeLink} link
   * @param {RunLink} runLink
   */
  constructor({ code, room, session, run }, link, runLink) {
    super(h("div", { class: "code-session" }));
    this.#code = code;
    this.#room = room;
    this.#link = link;
    const suggestions = this.own(
      new SuggestionsView({ code, room, session }, link, {
        showLines: (start, end) => this.#editor?.showLines(start, end),
      }),
    );
    this.#collaborators.addEventListener("click", () => openCollaborators(code, link));
    this.#runPane = this.own(
      new RunPane(run, runLink, {
        again: () => this.#start(runLink),
        close: () => this.#endRun(runLink),
        showLine: (line) => this.#editor?.showLines(line, line),
      }),
    );
    this.#runPane.element.hidden = true;
    this.#runButton.addEventListener("click", () => this.#start(runLink));
    this.element.append(
      h(
        "div",
        { class: "code-split" },
        h("div", { class: "code-work" }, this.#pane, this.#runPane.element),
        suggestions.element,
      ),
    );
    this.line.append(
      this.#language,
      this.#access,
      this.#people,
      this.#saved,
      this.#runButton,
      this.#collaborators,
    );
    this.whenDestroyed(() => this.line.remove());
    this.whenDestroyed(() => this.#editor?.destroy());
    this.watch([code, room], () => this.#render(suggestions));
    fill(this.#pane, spinner("Opening the code"));
  }

  /** @param {SuggestionsView} suggestions */
  #render(suggestions) {
    const { state, session, canWrite, people, problem } = this.#code;
    this.#collaborators.hidden = !this.#room.isOwner;
    if (state === "failed") return fill(this.#pane, this.#failure(problem));
    if (state === "loading" || !session) return;
    setText(this.#language, languageName(session.language));
    this.#runButton.hidden = !canRun(session.language);
    setText(
      this.#access,
      canWrite ? "You can edit" : "Read only: select lines to suggest a change",
    );
    setText(this.#people, alsoHere(people));
    this.#renderSaved();
    if (this.#link.document && this.#link.document !== this.#shown)
      void this.#openEditor(this.#link.document, suggestions);
  }

  #renderSaved() {
    const [state, text] = savedState(this.#code);
    this.#saved.dataset.state = state;
    setText(this.#saved, text);
  }

  /**
   * @param {SharedDocument} document
   * @param {SuggestionsView} suggestions
   */
  async #openEditor(document, suggestions) {
    this.#shown = document;
    // The editor's bundle is there already: the document brought it.
    const { EditorPane } = await import("./editor.js");
    if (!this.element.isConnected || this.#shown !== document) return;
    this.#editor?.destroy();
    this.#editor = new EditorPane(this.#code, document, {
      showSuggestion: (line) => suggestions.showForLine(line),
    });
    fill(this.#pane, this.#editor.element);
  }

  /** @param {RunLink} runLink */
  #start(runLink) {
    const { session } = this.#code;
    if (!session) return;
    this.#runPane.element.hidden = false;
    const { id, title, language } = session;
    const others = this.#room.codeSessions.filter((each) => each.id !== id);
    void runLink.start({ id, title, language, text: this.#link.text }, others, this.#runPane.stage);
  }

  /** @param {RunLink} runLink */
  #endRun(runLink) {
    runLink.stop();
    this.#runPane.element.hidden = true;
    this.#runButton.focus();
  }

  /** @param {string} problem */
  #failure(problem) {
    const again = button("Try again", { icon: "rotate", onclick: () => void this.#link.open() });
    return emptyState({
      title: "The code could not be opened",
      text: problem,
      icon: "alert",
      action: again,
    });
  }
}

/**
 * @param {OpenCode} code
 * @returns {[string, string]} a word for styles and tests, a word for people
 */
function savedState({ canWrite, connection, isSynced, isSaved, problem }) {
  if (connection !== "connected") return ["offline", problem || "Reconnecting"];
  if (!isSynced) return ["saving", "Loading"];
  if (!isSaved) return ["saving", "Saving"];
  return ["saved", canWrite ? "Saved" : "Live"];
}

/** @param {string[]} names */
function alsoHere(names) {
  if (names.length === 0) return "";
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `Also here: ${names.slice(0, 3).join(", ")}${more}`;
}
