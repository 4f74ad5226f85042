// @ts-check
// What is reported, each thing once: what it says, who reported it and why, and what to do about it.
// One can work through it with the keyboard alone.

/** @import { App } from "../../app" */
/** @import { ContentKind, Queued, SubjectKind } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/moderation.js";
import { emptyState, link, personLink } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { countOf, formatAgo, formatFull } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { askReason, askSuspension, decisionButton } from "./decision.js";
import { KINDS, placeOf, stateOf } from "./words.js";

/** What a key does to what is chosen. */
const KEYS = /** @type {const} */ ({ r: "remove", s: "suspend", d: "dismiss", o: "open" });

export class QueueView extends View {
  #app;
  /** @type {Listing<Queued>} */
  #queue = new Listing();
  #link;
  #list;

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("reports"), "data-testid": "queue" }));
    this.#app = app;
    this.#link = new ListingLink(this.#queue, (cursor) => app.rest.moderation.queue({ cursor }));
    this.#list = this.own(
      new ListView(this.#queue, {
        label: say("reported"),
        class: "queue-list",
        row: (queued) => new QueueRow(queued, this),
        empty: nothingWaits,
        more: () => void this.#link.more(),
        again: () => void this.#link.open(),
        without: { undo: app.undo, kind: "reports" },
      }),
    );
    this.element.append(this.#head(), this.#list.element);
    const onKey = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    document.addEventListener("keydown", onKey);
    this.whenDestroyed(() => document.removeEventListener("keydown", onKey));
    void this.#link.open();
  }

  #head() {
    const filter = h(
      "select",
      { class: "input", "aria-label": say("show"), "data-testid": "queue-filter" },
      h("option", { value: "" }, say("everything")),
      ...KINDS.map((kind) => h("option", { value: kind }, say("kinds", { kind }))),
    );
    filter.addEventListener("change", () => {
      const type = /** @type {SubjectKind} */ (filter.value) || null;
      void this.#link.open((cursor) => this.#app.rest.moderation.queue({ type, cursor }));
    });
    const key = (/** @type {string} */ name) => h("kbd", {}, name);
    const keys = h("p", { class: "keys soft small" });
    fill(
      keys,
      key("J"), " ", key("K"), ` ${say("keyMove")} · `,
      key("R"), ` ${say("keyRemove")} · `,
      key("S"), ` ${say("keySuspend")} · `,
      key("D"), ` ${say("keyDismiss")} · `,
      key("O"), ` ${say("keyOpen")}`,
    );
    return h("div", { class: "queue-head" }, filter, keys);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = event.target instanceof Element ? event.target : null;
    const isTyping = target?.closest("input, textarea, select, dialog, [contenteditable]");
    if (isTyping || !this.#app.shortcuts.areOn || event.metaKey || event.ctrlKey || event.altKey) return;
    const rows = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll(".queued")]);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const to = at + (event.key === "j" ? 1 : -1);
      return rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
    }
    const act = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    const queued = this.#queue.items[at];
    if (!act || !queued) return;
    event.preventDefault();
    this[act](queued);
  }

  /** @param {Queued} queued */
  open({ subject }) {
    if (subject) window.open(placeOf(subject), "_blank", "noopener");
  }

  /** @param {Queued} queued */
  dismiss(queued) {
    const next = this.#after(queued);
    this.#app.undo.offer({
      text: say("reportsDismissed", { count: queued.reports_count }),
      hides: `reports/${queued.id}`,
      send: () => this.#app.rest.moderation.decide(queued.id, { action: "dismiss" }),
    });
    next?.focus();
  }

  /** @param {Queued} queued */
  remove(queued) {
    const { subject, subject_type: type, subject_id: id } = queued;
    if (!subject || type === "user") return;
    const { rest } = this.#app;
    /** @type {HTMLElement | undefined} */
    let next;
    const dialog = askReason({
      title: say("removeThis", { kind: type }),
      text: say("itDisappearsPutBack"),
      action: say("remove"),
      reason: queued.reports[0]?.reason ?? "",
      send: async (note) => {
        await rest.moderation.decide(queued.id, { action: "remove", note });
        next = this.#takeOut(queued);
        this.#say(say("removedNote"), say("putItBack"), () =>
          rest.moderation.restore(/** @type {ContentKind} */ (type), id),
        );
      },
    });
    // Only then: a dialog gives the focus back to where it was, which is gone.
    dialog.addEventListener("close", () => next?.focus());
  }

  /** @param {Queued} queued */
  suspend(queued) {
    const username = queued.subject?.user?.username;
    if (!username) return;
    const { rest } = this.#app;
    /** @type {HTMLElement | undefined} */
    let next;
    const dialog = askSuspension({
      username,
      reason: queued.reports[0]?.reason ?? "",
      send: async ({ reason, until }) => {
        await rest.moderation.decide(queued.id, { action: "suspend", note: reason, until });
        next = this.#takeOut(queued);
        this.#say(say("isSuspended", { name: username }), say("liftIt"), () => rest.moderation.lift(username));
      },
    });
    dialog.addEventListener("close", () => next?.focus());
  }

  /** @param {Queued} queued */
  #takeOut(queued) {
    const next = this.#after(queued);
    this.#queue.remove(queued.id);
    return next;
  }

  /** What one looks at when this one is gone. @param {Queued} queued */
  #after({ id }) {
    const rows = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll(".queued")]);
    const place = rows.findIndex((row) => row.dataset.id === id);
    return rows[place + 1] ?? rows[place - 1];
  }

  /**
   * @param {string} text
   * @param {string} label
   * @param {() => Promise<unknown>} takeBack
   */
  #say(text, label, takeBack) {
    const { toasts } = this.#app;
    const run = async () => {
      try {
        await takeBack();
        toasts.note(say("takenBack"));
      } catch (error) {
        toasts.error(sentenceFor(error));
      }
    };
    toasts.note(text, { label, run: () => void run(), isUndo: true });
  }
}

class QueueRow {
  element;

  /**
   * @param {Queued} queued
   * @param {QueueView} view
   */
  constructor(queued, view) {
    const { id, subject, subject_type: type, reports, reports_count: count } = queued;
    const author = subject?.user ?? null;
    const state = stateOf(subject);
    const first = reports[0];
    this.element = h(
      "li",
      { class: "queued", tabindex: "-1", "data-testid": "queued", "data-id": id, "data-type": type },
      h(
        "header",
        { class: "queued-head" },
        h("span", { class: "chip" }, say("kind", { kind: type })),
        type !== "user" && personLink(author),
        state && h("span", { class: "chip is-warning" }, state),
        h(
          "span",
          { class: "soft small queued-when", title: first && formatFull(first.created_at) },
          say("reportsSince", {
            reports: countOf(count, "report"),
            when: first ? formatAgo(first.created_at, Date.now()) : "",
          }),
        ),
      ),
      subject && h("blockquote", { class: "queued-words", "data-testid": "queued-words" }, subject.words),
      h(
        "ul",
        { class: "queued-reports", "aria-label": say("reports") },
        ...reports.map(({ reporter, reason }) =>
          h("li", {}, personLink(reporter), h("span", {}, reason)),
        ),
        count > reports.length &&
          h("li", { class: "soft small" }, say("andMoreReports", { count: count - reports.length })),
      ),
      h(
        "div",
        { class: "queued-foot" },
        subject && type !== "user" && !subject.is_removed &&
          decisionButton(say("remove"), () => view.remove(queued), { kind: "danger", key: "R", testId: "remove" }),
        author && decisionButton(say("suspendAuthor"), () => view.suspend(queued), { key: "S", testId: "suspend" }),
        decisionButton(say("dismiss"), () => view.dismiss(queued), { kind: "quiet", key: "D", testId: "dismiss" }),
        subject && link(placeOf(subject), { class: "queued-link small", target: "_blank" }, say("seeItInItsPlace")),
      ),
    );
  }

  update() {}
}

function nothingWaits() {
  return emptyState({
    title: say("nothingWaits"),
    text: say("whenSomebodyReportsSomethingIt"),
    icon: "accept",
  });
}
