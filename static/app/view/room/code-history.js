// @ts-check
// The past of a code session: a strip of time to drag through, what stood there and who wrote it, what
// differs from another moment, and ways back.

/** @import { HistoryLink } from "../../link/history-link.js" */
/** @import { OpenCode } from "../../model/code.js" */
/** @import { EditorPreferences } from "../../model/editor-preferences.js" */
/** @import { History } from "../../model/history.js" */
/** @import { Blame, Difference, Version } from "../../types-history" */

import { BEGINNING } from "../../model/history.js";
import { hueOf } from "../../model/hue.js";
import { say } from "../../words/code.js";
import { button, emptyState, iconButton, spinner } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { formatFull } from "../kit/format.js";
import { View } from "../kit/view.js";
import { TimelineView } from "./code-timeline.js";
import { openVersionForm } from "./code-version-form.js";
import { PastPane } from "./editor-past.js";
import { drawn } from "./suggestion-comparison.js";

const TEXT = {
  title: say("history"),
  back: say("backToTheEditor"),
  loading: say("readingTheHistory"),
  empty: { title: say("nothingWasTypedYet"), text: say("whatHappensHereFromNow") },
  failed: say("theHistoryCouldNotBe"),
  again: say("tryAgain"),
  play: say("play"),
  pause: say("pause"),
  earlier: say("aStepEarlier"),
  later: say("aStepLater"),
  beginning: say("theEmptyBeginning"),
  by: (/** @type {string} */ when, /** @type {string} */ name) => say("whenBy", { when, name }),
  compare: say("compareWith"),
  blame: say("nothingShowWhoWroteIt"),
  withBeginning: say("theBeginning"),
  withNow: say("theNewest"),
  same: say("nothingDiffers"),
  line: (/** @type {number} */ line) => say("line", { line }),
  restore: say("restore"),
  name: say("nameIt"),
  download: say("download"),
  versions: say("namedVersions"),
  forget: (/** @type {string} */ name) => say("forgetTheVersion", { name }),
};

export class HistoryView extends View {
  #history;
  #link;
  #code;
  #pane;
  #when = h("p", { class: "history-when", role: "status", "data-testid": "history-when" });
  #play = button(TEXT.play, { icon: "play", kind: "quiet", "data-testid": "history-play" });
  #restore = button(TEXT.restore, { kind: "primary", "data-testid": "history-restore" });
  #name = button(TEXT.name, { icon: "tag", "data-testid": "history-name" });
  #download = h("a", { class: "button", download: "", "data-testid": "history-download" });
  #compare = h("select", {
    class: "input",
    "aria-label": TEXT.compare,
    "data-testid": "history-compare",
  });
  #people = h("ul", { class: "history-people" });
  #versions = h("ul", { class: "history-versions", "aria-label": TEXT.versions });
  #stage = h("div", { class: "history-stage" });
  #differences = h("div", { class: "history-differences", tabindex: "0", "data-testid": "history-diff" });
  #body;
  /** @type {Blame | null} */
  #drawnBlame = null;

  /**
   * @param {{ history: History, code: OpenCode, preferences: EditorPreferences }} models
   * @param {HistoryLink} link
   * @param {{ back: () => void }} actions
   */
  constructor({ history, code, preferences }, link, { back }) {
    super(h("section", { class: "history", "aria-label": TEXT.title, "data-testid": "history" }));
    this.#history = history;
    this.#link = link;
    this.#code = code;
    const { title = "", language = "" } = code.session ?? {};
    this.#pane = this.own(new PastPane({ title, language }, preferences));
    const timeline = this.own(new TimelineView(history, (index) => link.look(index)));
    this.#play.addEventListener("click", () => link.play());
    this.#restore.addEventListener("click", async () => (await link.restore()) && back());
    this.#name.addEventListener("click", () => openVersionForm((name) => link.name(name)));
    this.#compare.addEventListener("change", () => link.compareWith(this.#compare.value || null));
    setText(this.#download, TEXT.download);
    this.#body = h(
      "div",
      { class: "history-body" },
      h(
        "div",
        { class: "history-time" },
        iconButton("down", TEXT.earlier, {
          class: "history-earlier",
          onclick: () => link.look(history.index - 1),
        }),
        timeline.element,
        iconButton("down", TEXT.later, {
          class: "history-later",
          onclick: () => link.look(history.index + 1),
        }),
        this.#play,
      ),
      h(
        "div",
        { class: "history-tools" },
        this.#when,
        h("label", { class: "history-compare" }, h("span", {}, TEXT.compare), this.#compare),
        this.#download,
        this.#name,
        this.#restore,
      ),
      this.#versions,
      this.#people,
      this.#stage,
    );
    this.element.append(
      h(
        "header",
        { class: "run-head" },
        h("h2", {}, TEXT.title),
        h("span", { role: "status" }),
        button(TEXT.back, {
          class: "button small-button",
          onclick: back,
          "data-testid": "history-back",
        }),
      ),
      this.#body,
    );
    this.watch([history, code], () => this.#render());
  }

  #render() {
    const { state, timeline, problem, at, versions, isPlaying } = this.#history;
    const header = this.element.firstElementChild;
    if (state === "loading") return fill(this.element, header, spinner(TEXT.loading));
    if (state === "failed") return fill(this.element, header, this.#failure(problem));
    if (!timeline?.steps.length) return fill(this.element, header, emptyState(TEXT.empty));
    fill(this.element, header, this.#body);
    setText(this.#play.lastElementChild ?? this.#play, isPlaying ? TEXT.pause : TEXT.play);
    this.#restore.hidden = this.#name.hidden = !this.#code.canWrite;
    this.#restore.disabled = at === timeline.steps.at(-1)?.last_id;
    this.#download.setAttribute("href", this.#link.downloadAddress);
    this.#renderChoices(versions);
    fill(this.#versions, ...versions.map((each) => this.#version(each)));
    this.#renderMoment();
  }

  #renderMoment() {
    const { blame, differences, comparedWith } = this.#history;
    fill(this.#stage, comparedWith === null ? this.#pane.element : this.#differences);
    this.#people.hidden = comparedWith !== null;
    if (comparedWith !== null && differences) {
      fill(this.#differences, ...hunks(differences.differences));
    }
    if (!blame || blame === this.#drawnBlame) return;
    this.#drawnBlame = blame;
    const name = blame.user?.username ?? say("anErasedAccount");
    setText(this.#when, blame.at ? TEXT.by(formatFull(blame.at), name) : TEXT.beginning);
    fill(this.#people, ...peopleOf(blame));
    this.#pane.show(blame.passages);
  }

  /** @param {Version[]} versions */
  #renderChoices(versions) {
    const newest = this.#history.timeline?.steps.at(-1)?.last_id ?? BEGINNING;
    const choices = [
      ["", TEXT.blame],
      [newest, TEXT.withNow],
      [BEGINNING, TEXT.withBeginning],
      ...versions.map((each) => [each.update_id, each.name]),
    ];
    const key = JSON.stringify(choices);
    if (this.#compare.dataset.key === key) return;
    this.#compare.dataset.key = key;
    const { value } = this.#compare;
    fill(this.#compare, ...choices.map(([at, name]) => h("option", { value: at ?? "" }, name)));
    this.#compare.value = value;
  }

  /** @param {Version} version */
  #version({ id, name, update_id: at, created_at: created }) {
    const forget =
      this.#code.canWrite &&
      iconButton("close", TEXT.forget(name), { onclick: () => this.#link.forget(id) });
    return h(
      "li",
      {},
      button(name, {
        class: "button small-button",
        title: formatFull(created),
        "aria-pressed": String(at === this.#history.at),
        onclick: () => this.#link.lookAt(at),
      }),
      forget,
    );
  }

  /** @param {string} problem */
  #failure(problem) {
    const again = button(TEXT.again, { icon: "rotate", onclick: () => void this.#link.open() });
    return emptyState({ title: TEXT.failed, text: problem, icon: "alert", action: again });
  }
}

/** @param {Difference[]} differences */
function hunks(differences) {
  if (differences.length === 0) return [h("p", { class: "soft" }, TEXT.same)];
  return differences.map(({ to_line: line, removed, added }) =>
    h(
      "section",
      {},
      h("h3", {}, TEXT.line(line)),
      h("pre", { class: "diff" }, ...drawn(linesOf(removed), linesOf(added))),
    ),
  );
}

/**
 * Each with its break, but for the last: no line at all is not one that is empty.
 * @param {string} text
 */
function linesOf(text) {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** @param {Blame} blame */
function peopleOf({ passages }) {
  /** @type {Map<string, number>} */
  const shares = new Map();
  for (const { user, text } of passages) {
    const name = user?.username ?? "";
    shares.set(name, (shares.get(name) ?? 0) + text.length);
  }
  const all = passages.reduce((sum, each) => sum + each.text.length, 0) || 1;
  return [...shares]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, share]) =>
      h(
        "li",
        { style: `--hue: ${hueOf(name)}` },
        h("span", { class: "history-colour", "aria-hidden": "true" }),
        `${name || say("anErasedAccount")} ${Math.round((100 * share) / all)} %`,
      ),
    );
}
