// @ts-check
// What happened to whoever is signed in: how much of it is unread, and the list once it was opened.

/** @import { Notification } from "../types-recognition" */

import { Listing } from "./listing.js";
import { Observable } from "./observable.js";
import { Signal } from "./signal.js";

/** What the server calls 100 is that many or more. */
const UNREAD_MAX = 100;

export class Inbox extends Observable {
  /** Null until it is known, and for who is not signed in. @type {number | null} */
  unread = null;
  /** @type {Listing<Notification>} */
  list = new Listing();
  /** Told while the page is open. @type {Signal<Notification>} */
  arrived = new Signal();

  get unreadText() {
    if (!this.unread) return "";
    return this.unread >= UNREAD_MAX ? "99+" : String(this.unread);
  }

  /** @param {number | null} unread */
  setUnread(unread) {
    this.unread = unread;
    this.changed();
  }

  /**
   * A group that grew comes again and replaces what it was.
   * @param {Notification} notification
   * @param {number} unread
   */
  receive(notification, unread) {
    this.setUnread(unread);
    const { list } = this;
    if (list.state === "ready") {
      list.items = withArrived(list.items, [notification]);
      list.changed();
    }
    this.arrived.tell(notification);
  }

  /**
   * Show as read at once what the server is being told of.
   * @param {(notification: Notification) => boolean} which
   */
  markRead(which) {
    const { list } = this;
    const read = list.items.filter((each) => !each.is_read && which(each));
    list.items = list.items.map((each) =>
      read.includes(each) ? { ...each, is_read: true } : each,
    );
    list.changed();
    if (this.unread) this.setUnread(Math.max(0, this.unread - read.length));
  }

  /** Another person sits here now. */
  clear() {
    this.list.clear();
    this.setUnread(null);
  }
}

/**
 * A list with what arrived since it was made, the latest first.
 * @param {Notification[]} list
 * @param {(Notification | null)[]} arrived in the order of their arrival
 */
export function withArrived(list, arrived) {
  /** @type {Notification[]} */
  let items = list;
  for (const each of arrived) {
    if (each) items = [each, ...items.filter((other) => !isSame(other, each))];
  }
  return items;
}

/**
 * @param {Notification} one
 * @param {Notification} other
 */
function isSame(one, other) {
  if (one.group_key === null) return one.id === other.id;
  return one.group_key === other.group_key;
}
