// @ts-check
// The code of a room: a tab for each session, the editor, and the suggestions beside it. Nothing is
// fetched for it until it is seen: on a phone it stands behind a tab, and the editor is large.

/** @import { CodeTab } from "../../link/code-tabs.js" */
/** @import { RoomLink } from "../../link/room-link.js" */
/** @import { Undo } from "../../link/undo.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Toasts } from "../../model/toasts.js" */
/** @import { Rest } from "../../wire/rest.js" */
/** @import { SiteSocket } from "../../wire/socket.js" */

import { CodeTabs } from "../../link/code-tabs.js";
import { EditorPreferences } from "../../model/editor-preferences.js";
import { say } from "../../words/code.js";
import { button, emptyState } from "../kit/controls.js";
import { KeyedList, fill, h, setAttributes, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { openCodeForm } from "./code-form.js";
import { CodeSessionView } from "./code-session.js";

/** @typedef {{ rest: Rest, session: Session, socket: SiteSocket, toasts: Toasts, undo: Undo }} App */

export class CodeView extends View {
  #app;
  #room;
  #roomLink;
  #preferences = new EditorPreferences(window.localStorage);
  #tabs = h("div", { class: "code-tabs", role: "tablist", "aria-label": say("codeSessions") });
  #add = button(say("newCode"), { icon: "plus", kind: "quiet", "data-testid": "code-new" });
  #line = h("div", { class: "code-line-place" });
  #body = h("div", { class: "code-body", role: "tabpanel", "aria-label": say("codeSession") });
  #open;
  /** @type {Map<string, CodeSessionView>} */
  #views = new Map();
  /** @type {string | null} */
  #shownId = null;
  #isSeen = false;

  /**
   * @param {App} app
   * @param {{ room: Room, roomLink: RoomLink }} place
   */
  constructor(app, { room, roomLink }) {
    super(h("section", { class: "code panel", "aria-label": say("code") }));
    this.#app = app;
    this.#room = room;
    this.#roomLink = roomLink;
    this.#open = this.own(
      new CodeTabs(app, { room, roomLink }, (tab) => {
        this.#views.get(tab.id)?.destroy();
        this.#views.delete(tab.id);
      }),
    );
    this.#add.addEventListener("click", () =>
      openCodeForm((wanted) => roomLink.createCodeSession(wanted)),
    );
    this.#tabs.addEventListener("keydown", (event) => this.#arrow(event));
    this.element.append(
      h("header", { class: "code-head" }, this.#tabs, this.#line, this.#add),
      this.#body,
    );
    this.#waitUntilSeen();
    const tabs = new KeyedList(
      this.#tabs,
      (/** @type {Tab} */ tab) => tab.id,
      ({ id }) => new TabButton(() => room.openCode(id)),
    );
    this.watch([room], () => {
      tabs.set(
        room.codeSessions.map(({ id, title }) => ({
          id,
          title,
          isActive: id === room.activeCodeId,
        })),
      );
      const isEmpty = room.codeSessions.length === 0;
      this.#tabs.hidden = isEmpty;
      // Nothing shared yet: then the invitation in the middle has the same button.
      this.#add.hidden = isEmpty || !room.isOwner || room.stream?.status === "ended";
      this.#open.keep(new Set(room.codeSessions.map((each) => each.id)));
      this.#render();
    });
  }

  #waitUntilSeen() {
    const watching = new IntersectionObserver((changes) => {
      if (!changes.some((change) => change.isIntersecting)) return;
      watching.disconnect();
      this.#isSeen = true;
      this.#render();
    });
    watching.observe(this.element);
    this.whenDestroyed(() => watching.disconnect());
  }

  #render() {
    const { activeCodeId, isOwner, stream } = this.#room;
    if (!this.#isSeen) return;
    if (activeCodeId === null) {
      this.#shownId = null;
      if (this.#body.firstElementChild && this.#body.dataset.owner === String(isOwner)) return;
      this.#body.dataset.owner = String(isOwner);
      fill(this.#line);
      return fill(this.#body, stream && this.#nothing(isOwner));
    }
    delete this.#body.dataset.owner;
    if (this.#shownId === activeCodeId) return;
    this.#shownId = activeCodeId;
    const view = this.#viewOf(this.#open.show(activeCodeId));
    fill(this.#line, view.line);
    fill(this.#body, view.element);
    view.shown();
  }

  /** @param {CodeTab} tab */
  #viewOf(tab) {
    const known = this.#views.get(tab.id);
    if (known) return known;
    const { code, run } = tab;
    const { id } = code;
    const models = {
      code,
      run,
      room: this.#room,
      session: this.#app.session,
      preferences: this.#preferences,
    };
    const view = new CodeSessionView(models, tab, {
      rename: () => {
        const named = this.#room.codeSessions.find((each) => each.id === id);
        openCodeForm((wanted) => this.#roomLink.renameCodeSession(id, wanted), named);
      },
      close: () => this.#roomLink.closeCodeSession(id),
      goTo: (other) => {
        if (this.#room.codeSessions.some((each) => each.id === other)) this.#room.openCode(other);
      },
    });
    this.#views.set(tab.id, view);
    return view;
  }

  /** @param {boolean} isOwner */
  #nothing(isOwner) {
    const create = button(say("shareSomeCode"), {
      icon: "plus",
      "data-testid": "code-new",
      onclick: () => openCodeForm((wanted) => this.#roomLink.createCodeSession(wanted)),
    });
    return emptyState({
      title: say("noCodeSharedYet"),
      text: isOwner ? say("openAnEditorThatEverybody") : say("whenTheStreamerSharesCode"),
      icon: "code",
      action: isOwner && create,
    });
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const ids = this.#room.codeSessions.map((each) => each.id);
    const at = ids.indexOf(this.#room.activeCodeId ?? "");
    const next = ids[(at + step + ids.length) % ids.length];
    if (step === 0 || next === undefined) return;
    this.#room.openCode(next);
    queueMicrotask(() =>
      /** @type {HTMLElement | null} */ (this.#tabs.querySelector("[aria-selected=true]"))?.focus(),
    );
  }
}

/** @typedef {{ id: string, title: string, isActive: boolean }} Tab */

class TabButton {
  element;

  /** @param {() => void} open */
  constructor(open) {
    this.element = h("button", { type: "button", role: "tab", class: "code-tab", onclick: open });
  }

  /** @param {Tab} tab */
  update({ title, isActive }) {
    setText(this.element, title);
    setAttributes(this.element, {
      "aria-selected": String(isActive),
      tabindex: isActive ? "0" : "-1",
    });
  }
}
