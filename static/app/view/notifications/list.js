// @ts-check
// Notifications, the newest first: each a link to what it is about, with a way to call it read.

/** @import { Inbox } from "../../model/inbox.js" */
/** @import { Notification } from "../../types-recognition" */

import { say } from "../../words/notifications.js";
import { avatar, emptyState, iconButton } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { sentenceOf } from "./sentence.js";

/**
 * @typedef {object} InboxActions
 * @property {() => void} open fetch the list, also again after a failure
 * @property {() => void} more
 * @property {(notification: Notification) => void} read
 * @property {() => void} readAll
 */

const FACES = 2;

export class NotificationList extends View {
  /**
   * @param {Inbox} inbox
   * @param {InboxActions} actions
   */
  constructor(inbox, actions) {
    super(h("div", { class: "notices-place" }));
    const list = this.own(
      new ListView(inbox.list, {
        label: say("notifications"),
        class: "notices",
        row: (notification) => new NotificationRow(notification, actions),
        empty: nothingYet,
        more: actions.more,
        again: actions.open,
      }),
    );
    this.element.append(list.element);
  }
}

class NotificationRow {
  #notification;
  #faces = h("span", { class: "notice-faces" });
  #unread = h("span", { class: "visually-hidden" }, say("unread"));
  #who = h("strong", {});
  #what = h("span", {});
  #about = h("span", { class: "notice-about soft" });
  #when = h("time", { class: "notice-when soft small" });
  #link;
  #read;
  element;

  /**
   * @param {Notification} notification
   * @param {InboxActions} actions
   */
  constructor(notification, { read }) {
    this.#notification = notification;
    const mark = () => read(this.#notification);
    this.#link = h(
      "a",
      { class: "notice-link", onclick: mark },
      this.#faces,
      h(
        "span",
        { class: "notice-text" },
        h("span", {}, this.#unread, this.#who, " ", this.#what),
        this.#about,
        this.#when,
      ),
    );
    this.#read = iconButton("accept", say("markAsRead"), { class: "notice-read", onclick: mark });
    this.element = h(
      "li",
      { class: "notice-row", "data-testid": "notification" },
      this.#link,
      this.#read,
    );
  }

  /** @param {Notification} notification */
  update(notification) {
    const { who, what, about, href, icon: name } = sentenceOf(notification);
    const isNew = this.#notification !== notification || !this.#link.hasAttribute("href");
    this.#notification = notification;
    if (isNew) {
      const faces = notification.actors.slice(0, FACES).map((user) => avatar(user));
      fill(this.#faces, ...(who ? faces : []), h("span", { class: "notice-icon" }, icon(name, 14)));
    }
    this.#faces.dataset.faces = String(who ? Math.min(notification.actors.length, FACES) : 0);
    setText(this.#who, who);
    setText(this.#what, what);
    setText(this.#about, about);
    this.#about.hidden = about === "";
    setText(this.#when, formatAgo(notification.created_at, Date.now()));
    setAttributes(this.#when, { datetime: notification.created_at });
    setAttributes(this.#link, { href });
    this.element.dataset.read = String(notification.is_read);
    this.#unread.hidden = notification.is_read;
    this.#read.hidden = notification.is_read;
  }
}

function nothingYet() {
  return emptyState({
    title: say("nothingYet"),
    text: say("likesAnswersNewFollowersAnd"),
    icon: "bell",
  });
}
