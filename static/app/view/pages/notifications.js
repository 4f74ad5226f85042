// @ts-check
// All notifications, and beside them which of them are wanted.

/** @import { Inbox } from "../../model/inbox.js" */
/** @import { Rest } from "../../wire/rest.js" */
/** @import { InboxActions } from "../notifications/list.js" */

import { say } from "../../words/notifications.js";
import { button } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { NotificationList } from "../notifications/list.js";
import { PreferencesView } from "../notifications/preferences.js";

export class NotificationsPage extends View {
  title = say("notifications");

  /**
   * @param {{ inbox: Inbox, rest: Rest }} app
   * @param {InboxActions} actions
   */
  constructor({ inbox, rest }, actions) {
    super(h("div", { class: "page page-aside" }));
    const readAll = button(say("markAllRead"), {
      icon: "accept",
      onclick: actions.readAll,
      "data-testid": "read-all",
    });
    const list = this.own(new NotificationList(inbox, actions));
    const preferences = this.own(new PreferencesView(rest.notifications));
    this.element.append(
      h("header", { class: "page-head" }, h("h1", {}, say("notifications")), readAll),
      h("div", { class: "sheet" }, list.element),
      h("aside", {}, preferences.element),
    );
    this.watch([inbox], () => (readAll.disabled = inbox.unread === 0));
    actions.open();
  }
}
