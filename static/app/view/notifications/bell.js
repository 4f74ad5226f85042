// @ts-check
// The bell in the header: how much is unread, live, and a panel of the newest.

/** @import { Inbox } from "../../model/inbox.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { InboxActions } from "./list.js" */

import { say } from "../../words/notifications.js";
import { button, link } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";
import { NotificationList } from "./list.js";
import { spokenSentence } from "./sentence.js";

export class Bell extends View {
  #menu;
  #summary;
  #panel = h("div", { class: "menu-sheet bell-panel" });
  #count = h("span", { class: "bell-count", "data-testid": "unread", "aria-hidden": "true" });
  #spoken = h("span", { class: "visually-hidden", role: "status" });
  /** The list is made when it is first looked at. @type {NotificationList | null} */
  #list = null;

  /**
   * @param {{ inbox: Inbox, session: Session }} models
   * @param {InboxActions} actions
   */
  constructor({ inbox, session }, actions) {
    super(h("div", { class: "bell" }));
    this.#summary = h(
      "summary",
      { class: "icon-button", "data-testid": "bell" },
      icon("bell", 20),
      this.#count,
    );
    this.#menu = h(
      "details",
      {
        class: "menu",
        onfocusout: this.#left,
        onkeydown: this.#key,
        ontoggle: () => this.#toggled(inbox, actions),
      },
      this.#summary,
      this.#panel,
    );
    this.element.append(this.#menu, this.#spoken);
    const outside = (/** @type {MouseEvent} */ event) => {
      if (event.target instanceof Node && !this.#menu.contains(event.target)) this.#close();
    };
    document.addEventListener("click", outside);
    this.whenDestroyed(() => document.removeEventListener("click", outside));
    this.whenDestroyed(inbox.arrived.listen((each) => setText(this.#spoken, spokenSentence(each))));
    this.whenDestroyed(() => this.#list?.destroy());
    this.watch([inbox, session], () => {
      this.element.hidden = session.user === null;
      if (!session.user) this.#close();
      const { unread, unreadText } = inbox;
      const label = unread
        ? say("notificationsUnread", { unread: unreadText })
        : say("notifications");
      setText(this.#count, unreadText);
      this.#count.hidden = !unread;
      setAttributes(this.#summary, { "aria-label": label, title: label });
    });
  }

  /**
   * @param {Inbox} inbox
   * @param {InboxActions} actions
   */
  #toggled(inbox, actions) {
    if (!this.#menu.open) return;
    actions.open();
    if (this.#list) return;
    this.#list = new NotificationList(inbox, actions);
    // Following a link leaves the panel behind.
    const leave = (/** @type {MouseEvent} */ event) => {
      if (event.target instanceof Element && event.target.closest("a")) this.#close();
    };
    this.#panel.addEventListener("click", leave);
    fill(
      this.#panel,
      h(
        "div",
        { class: "bell-head" },
        h("h2", {}, say("notifications")),
        button(say("markAllRead"), {
          kind: "quiet",
          class: "button quiet small-button",
          onclick: actions.readAll,
        }),
      ),
      this.#list.element,
      link("/notifications", { class: "bell-foot" }, say("allNotificationsAndWhatTo")),
    );
  }

  #close() {
    this.#menu.open = false;
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.key !== "Escape" || !this.#menu.open) return;
    this.#close();
    this.#summary.focus();
  };

  /** @param {FocusEvent} event */
  #left = ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !this.#menu.contains(relatedTarget)) this.#close();
  };
}
