// @ts-check
// One code session: a line that says how things are, the editor, and the suggestions beside it.

/** @import { CodeTab } from "../../link/code-tabs.js" */
/** @import { OpenCode } from "../../model/code.js" */
/** @import { EditorPreferences } from "../../model/editor-preferences.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Run } from "../../model/run.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { SharedDocument } from "../../wire/document.js" */

import { canRun } from "../../link/run-link.js";
import { load, openedLate } from "../../loading.js";
import { History } from "../../model/history.js";
import { say } from "../../words/code.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { actionMenu } from "../kit/menu.js";
import { View } from "../kit/view.js";
import { languageName } from "./code-form.js";
import { RunPane } from "./code-run.js";
import { SuggestionsView } from "./suggestions.js";

/** @typedef {import("./code-history.js").HistoryView} HistoryView */
/** @typedef {import("./editor.js").EditorPane} EditorPane */

/**
 * @typedef {object} Models
 * @property {OpenCode} code
 * @property {Run} run
 * @property {Room} room
 * @property {Session} session
 * @property {EditorPreferences} preferences
 */

/**
 * @typedef {object} SessionActions
 * @property {() => void} rename
 * @property {() => void} close
 * @property {(id: string) => void} goTo show another session
 */

const openCollaborators = openedLate(() => import("./collaborators.js"));
const openLook = openedLate(() => import("./editor-look.js"));
const openPast = openedLate(() => import("./code-history.js"));

const TEXT = {
  more: say("moreToDoWithThis"),
  history: say("history"),
  find: say("findAndReplace"),
  download: say("download"),
  look: say("howItLooks"),
  rename: say("rename"),
  close: say("closeCode"),
  follow: (/** @type {string} */ name) => say("follow", { name }),
  canEdit: say("youCanEdit"),
  readOnly: say("readOnly"),
  readHint: say("selectLinesToSuggestA"),
  reconnecting: say("reconnecting"),
  offline: say("offline"),
  waiting: (/** @type {number} */ count) => say("offlineEditsWait", { count }),
  loading: say("loading"),
  saving: say("saving"),
  saved: say("saved"),
  live: say("live"),
};

export class CodeSessionView extends View {
  #code;
  #room;
  #preferences;
  #link;
  #tab;
  #actions;
  #suggestions;
  #language = h("span", { class: "chip" });
  #mode = h("span", {});
  #hint = h("span", { class: "code-hint" });
  #access = h(
    "span",
    { class: "code-access soft small", "data-testid": "editor-access" },
    this.#mode,
    this.#hint,
  );
  #people = h("span", { class: "soft small code-people" });
  #saved = h("span", { class: "code-saved small", role: "status", "data-testid": "editor-saved" });
  #collaborators = button(say("people"), {
    icon: "user",
    kind: "quiet",
    "data-testid": "collaborators",
  });
  #runButton = button(say("run"), { icon: "play", kind: "quiet", "data-testid": "code-run" });
  #follow = button("", { kind: "quiet", "data-testid": "code-follow" });
  #pane = h("div", { class: "code-pane" });
  #runPane;
  #split;
  /** The past, while it is looked at. @type {HistoryView | null} */
  #history = null;
  /** @type {EditorPane | null} */
  #editor = null;
  /** The document the editor shows, or is about to. @type {SharedDocument | null} */
  #shown = null;
  /** How things are; the panel's head gives it a place. */
  line = h("div", { class: "code-line" });

  /**
   * @param {Models} models
   * @param {CodeTab} tab
   * @param {SessionActions} actions
   */
  constructor({ code, room, session, run, preferences }, tab, actions) {
    super(h("div", { class: "code-session" }));
    this.#code = code;
    this.#room = room;
    this.#preferences = preferences;
    this.#tab = tab;
    this.#link = tab.link;
    this.#actions = actions;
    this.#suggestions = this.own(
      new SuggestionsView({ code, room, session }, tab.link, {
        showLines: (start, end) => this.#editor?.showLines(start, end),
      }),
    );
    this.#runPane = this.own(
      new RunPane(run, tab.runLink, {
        again: () => this.#start(),
        close: () => this.#endRun(),
        showLine: (line) => this.#editor?.showLines(line, line),
      }),
    );
    this.#runPane.element.hidden = true;
    this.#runButton.addEventListener("click", () => this.#start());
    this.#collaborators.addEventListener(
      "click",
      () =>
        void openCollaborators(this.element, (part) => part.openCollaborators(code, tab.link)),
    );
    this.#follow.addEventListener("click", () =>
      preferences.choose({ isFollowing: !preferences.isFollowing }),
    );
    this.#split = h(
      "div",
      { class: "code-split" },
      h("div", { class: "code-work" }, this.#pane, this.#runPane.element),
      this.#suggestions.element,
    );
    this.element.append(this.#split);
    this.whenDestroyed(() => this.#history?.destroy());
    this.line.append(
      this.#language,
      this.#access,
      this.#people,
      this.#saved,
      this.#follow,
      this.#runButton,
      this.#collaborators,
      actionMenu(TEXT.more, () => this.#more()),
    );
    this.whenDestroyed(() => this.line.remove());
    this.whenDestroyed(() => this.#editor?.destroy());
    this.watch([code, room, preferences], () => this.#render());
    fill(this.#pane, spinner(say("openingTheCode")));
  }

  /** It has just been put on the page. */
  shown() {
    this.#editor?.shown();
    if (this.#link.document && this.#link.document !== this.#shown)
      void this.#openEditor(this.#link.document);
  }

  #render() {
    const { state, session, canWrite, people, problem, viewport } = this.#code;
    const named = this.#room.codeSessions.find((each) => each.id === this.#code.id);
    if (named) this.#code.renamed(named);
    this.#collaborators.hidden = !this.#room.isOwner;
    const streamer = this.#room.stream?.user.username ?? "";
    this.#follow.hidden = this.#room.isOwner || viewport === null;
    this.#follow.setAttribute("aria-pressed", String(this.#preferences.isFollowing));
    setText(this.#follow.lastElementChild ?? this.#follow, TEXT.follow(streamer));
    if (state === "failed") return fill(this.#pane, this.#failure(problem));
    if (state === "loading" || !session) return;
    setText(this.#language, languageName(session.language));
    this.#runButton.hidden = !canRun(session.language);
    setText(this.#mode, canWrite ? TEXT.canEdit : TEXT.readOnly);
    setText(this.#hint, canWrite ? "" : TEXT.readHint);
    setText(this.#people, alsoHere(people));
    this.#renderSaved();
    if (this.element.isConnected && this.#link.document && this.#link.document !== this.#shown)
      void this.#openEditor(this.#link.document);
  }

  #chooseLook() {
    void openLook(this.element, ({ openEditorLook }) => openEditorLook(this.#preferences));
  }

  #renderSaved() {
    const [state, text] = savedState(this.#code);
    this.#saved.dataset.state = state;
    setText(this.#saved, text);
  }

  /** @param {SharedDocument} document */
  async #openEditor(document) {
    this.#shown = document;
    // The editor's bundle is there already: the document brought it.
    const { EditorPane } = await load(() => import("./editor.js"));
    if (!this.element.isConnected || this.#shown !== document) {
      if (this.#shown === document) this.#shown = null;
      return;
    }
    this.#editor?.destroy();
    const models = { code: this.#code, preferences: this.#preferences };
    this.#editor = new EditorPane(models, document, {
      showSuggestion: (line) => this.#suggestions.showForLine(line),
      tellViewport: this.#room.isOwner ? (line) => this.#link.showViewport(line) : null,
      goTo: this.#actions.goTo,
    });
    fill(this.#pane, this.#editor.element);
    this.#editor.shown();
  }

  #more() {
    const all = [
      { label: TEXT.history, run: () => this.#openHistory() },
      { label: TEXT.find, run: () => this.#editor?.openSearch() },
      { label: TEXT.download, run: () => this.#download() },
      { label: TEXT.look, run: () => this.#chooseLook() },
    ];
    const own = [
      { label: TEXT.rename, run: this.#actions.rename },
      { label: TEXT.close, run: this.#actions.close, kind: /** @type {const} */ ("danger") },
    ];
    return this.#room.isOwner ? [...all, ...own] : all;
  }

  #openHistory() {
    if (this.#history || this.#code.state !== "ready") return;
    void openPast(this.element, ({ HistoryView }) => this.#showHistory(HistoryView));
  }

  /** @param {typeof import("./code-history.js").HistoryView} HistoryView */
  #showHistory(HistoryView) {
    const history = new History();
    const link = this.#tab.openHistory(history);
    const models = { history, code: this.#code, preferences: this.#preferences };
    this.#history = new HistoryView(models, link, { back: () => this.#closeHistory() });
    this.#history.own(link);
    fill(this.element, this.#history.element);
    void link.open();
  }

  #closeHistory() {
    this.#history?.destroy();
    this.#history = null;
    fill(this.element, this.#split);
    this.shown();
  }

  #download() {
    const address = URL.createObjectURL(new Blob([this.#link.text], { type: "text/plain" }));
    h("a", { href: address, download: this.#code.session?.title ?? "code.txt" }).click();
    URL.revokeObjectURL(address);
  }

  #start() {
    const { session } = this.#code;
    if (!session) return;
    this.#runPane.element.hidden = false;
    const { id, title, language } = session;
    const others = this.#room.codeSessions.filter((each) => each.id !== id);
    const { runLink } = this.#tab;
    void runLink.start({ id, title, language, text: this.#link.text }, others, this.#runPane.stage);
  }

  #endRun() {
    this.#tab.runLink.stop();
    this.#runPane.element.hidden = true;
    this.#runButton.focus();
  }

  /** @param {string} problem */
  #failure(problem) {
    const again = button(say("tryAgain"), {
      icon: "rotate",
      onclick: () => void this.#link.open(),
    });
    return emptyState({
      title: say("theCodeCouldNotBe"),
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
function savedState({ canWrite, connection, isSynced, waiting, problem }) {
  if (connection !== "connected") {
    if (problem) return ["offline", problem];
    if (waiting > 0) return ["offline", TEXT.waiting(waiting)];
    return ["offline", connection === "connecting" ? TEXT.reconnecting : TEXT.offline];
  }
  if (!isSynced) return ["saving", TEXT.loading];
  if (waiting > 0) return ["saving", TEXT.saving];
  return ["saved", canWrite ? TEXT.saved : TEXT.live];
}

/** @param {string[]} names */
function alsoHere(names) {
  if (names.length === 0) return "";
  const some = names.slice(0, 3).join(", ");
  if (names.length <= 3) return say("alsoHere", { names: some });
  return say("alsoHereAndMore", { names: some, count: names.length - 3 });
}
