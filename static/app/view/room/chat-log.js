// @ts-check
// The log of a chat: follows what is new unless somebody reads, points at or works with a message;
// then it stands still and counts. It shows a stretch of bounded length and asks for more at its ends.

/** @import { Outgoing } from "../../model/chat.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */
/** @import { MessageActions, MoreAction } from "./chat-actions.js" */

import { say } from "../../words/room.js";
import { button, emptyState } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { ActionBar } from "./chat-actions.js";
import { ChatAnnouncer } from "./chat-announcer.js";
import { MessageRow, OutgoingRow } from "./message.js";

/** Nearer to the end than this counts as reading the newest. */
const FOLLOW_WITHIN_PX = 60;
/** Nearer to an end than this, more is fetched. */
const FETCH_WITHIN_PX = 600;
const FOUND_MS = 2_000;

/**
 * @typedef {MessageActions & {
 *   sayAgain: (clientId: string) => void,
 *   fetchEarlier: () => void,
 *   fetchLater: () => void,
 *   goTo: (seq: number) => void,
 *   write: () => void,
 * }} LogActions `write`: back to the line to write in
 */
/** @typedef {{ key: string, message?: Message, outgoing?: Outgoing }} Row */

export class ChatLog extends View {
  #room;
  #session;
  #actions;
  #bar;
  #announcer;
  #rows;
  #log = h("ol", { class: "chat-log" });
  #state = h("p", { class: "chat-fetching soft", role: "status" });
  #empty = h("div", { class: "chat-empty" });
  #scroller = h("div", {
    class: "chat-scroller",
    tabindex: "0",
    role: "log",
    // A busy chat would never let its reader hear anything else: the announcer speaks for it.
    "aria-live": "off",
    "aria-label": say("chatMessagesArrowKeysMove"),
    "data-testid": "chat-log",
  });
  #newer = button(say("newestMessages"), {
    icon: "down",
    class: "button chat-newer",
    hidden: true,
    "data-testid": "chat-newer",
  });
  #isFollowing = true;
  /** Somebody points at what can be done, or has the focus in here: nothing may move away. */
  #isHeld = false;
  /** Where the log was scrolled to when it last moved. */
  #top = 0;
  /** The newest that was there to be read. */
  #seen = 0;
  #announced = 0;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {LogActions} actions
   * @param {(message: Message) => MoreAction[]} more
   */
  constructor({ room, session }, actions, more) {
    super(h("div", { class: "chat-log-place" }));
    this.#room = room;
    this.#session = session;
    this.#actions = actions;
    this.#bar = new ActionBar({ room, session }, actions, more);
    this.#announcer = this.own(new ChatAnnouncer());
    this.#scroller.append(this.#state, this.#empty, this.#log);
    this.element.append(this.#scroller, this.#newer, this.#announcer.element);
    this.#rows = new KeyedList(
      this.#log,
      (/** @type {Row} */ row) => row.key,
      (row) => this.#createRow(row),
    );
    this.#listen();
    this.watch([room.chat, session], () => this.#render());
  }

  /** Show the newest and go on with them. */
  follow() {
    this.#isFollowing = true;
    this.#isHeld = false;
    this.#room.chat.toNewest();
    this.#render();
  }

  #listen() {
    const scroller = this.#scroller;
    this.#newer.addEventListener("click", () => {
      this.#bar.hide();
      this.follow();
    });
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.#keyed(event));
    scroller.addEventListener("focusin", ({ target }) => this.#focused(target));
    scroller.addEventListener("focusout", () => this.#left());
    this.#log.addEventListener("click", (event) => this.#tapped(event));
    this.#log.addEventListener("pointerover", ({ pointerType, target }) => {
      if (pointerType === "mouse" && !this.#hasFocus()) this.#pointed(target);
    });
    this.#log.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse" && !this.#hasFocus()) this.#bar.hide();
    });
    this.#bar.element.addEventListener("pointerenter", () => this.#hold(true));
    this.#bar.element.addEventListener("pointerleave", () => this.#hold(this.#hasFocus()));
    // A keyboard on a phone, or a poll that opens above, takes height away: stay at the end.
    const resized = new ResizeObserver(() => this.#isFollowing && !this.#isHeld && this.#toEnd());
    resized.observe(scroller);
    this.whenDestroyed(() => resized.disconnect());
  }

  /** @param {Row} row */
  #createRow({ message }) {
    if (!message) {
      const row = new OutgoingRow(this.#session.user, {
        again: (clientId) => this.#actions.sayAgain(clientId),
        discard: (clientId) => this.#room.chat.discard(clientId),
      });
      return {
        element: row.element,
        update: (/** @type {Row} */ { outgoing }) => outgoing && row.update(outgoing),
      };
    }
    const { chat, stream } = this.#room;
    const row = new MessageRow({
      me: this.#session.user,
      ownerId: stream?.user.id ?? null,
      goTo: (seq) => this.#actions.goTo(seq),
      react: (of, emoji) => this.#actions.react(of, emoji),
    });
    return {
      element: row.element,
      update: (/** @type {Row} */ { message: now }) =>
        now && row.update(now, chat.mine(now.id), chat.hidden.has(now.id)),
    };
  }

  #render() {
    const { chat } = this.#room;
    const isFollowing = this.#isFollowing && !this.#isHeld && !chat.hasLater;
    chat.trim(isFollowing);
    const anchor = isFollowing ? null : this.#anchor();
    const outgoing = chat.hasLater ? [] : chat.outgoing;
    this.#rows.set([
      ...chat.messages.map(rowOf),
      ...outgoing.map((item) => ({ key: item.clientId, outgoing: item })),
    ]);
    this.#renderAround();
    if (isFollowing) this.#toEnd();
    else if (anchor) this.#keep(anchor);
    this.#announce();
    if (chat.place !== null) this.#goToPlace(chat.place);
    this.#renderNewer(isFollowing);
  }

  #renderAround() {
    const { chat, isOwner } = this.#room;
    setText(this.#state, chat.fetching === "earlier" ? say("fetchingEarlierMessages") : "");
    const isEmpty = chat.messages.length + chat.outgoing.length === 0 && chat.epoch !== null;
    if (isEmpty !== this.#empty.hasChildNodes()) fill(this.#empty, isEmpty && nothingSaid(isOwner));
  }

  /** @param {boolean} isFollowing */
  #renderNewer(isFollowing) {
    const { chat } = this.#room;
    // What was said before one came is not news.
    if (isFollowing || this.#seen === 0) this.#seen = chat.lastSeq;
    const unread = chat.lastSeq - this.#seen;
    this.#newer.hidden = isFollowing || (unread === 0 && !chat.hasLater);
    const label = unread > 0 ? say("newMessages", { count: unread }) : say("newestMessages");
    setText(this.#newer.querySelector("span") ?? this.#newer, label);
  }

  #announce() {
    const { chat } = this.#room;
    if (this.#announced > 0 && !chat.hasLater) {
      const fresh = chat.messages.filter((message) => message.seq > this.#announced);
      this.#announcer.hear(fresh, this.#session.user);
    }
    this.#announced = chat.lastSeq;
  }

  /** What is being read stays where it is, whatever comes before it or goes. */
  #anchor() {
    const top = this.#scroller.scrollTop;
    for (const row of this.#log.children) {
      if (!(row instanceof HTMLElement) || row.offsetTop + row.offsetHeight <= top) continue;
      return { row, from: row.offsetTop - top };
    }
    return null;
  }

  /** @param {{ row: HTMLElement, from: number }} anchor */
  #keep({ row, from }) {
    if (!row.isConnected) return;
    const top = row.offsetTop - from;
    if (Math.abs(this.#scroller.scrollTop - top) > 0.5) this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  /** @param {number} seq */
  #goToPlace(seq) {
    const row = this.#log.querySelector(`[data-seq="${seq}"]`);
    this.#room.chat.arrived();
    if (!(row instanceof HTMLElement)) return;
    this.#isFollowing = false;
    row.scrollIntoView({ block: "center" });
    this.#top = this.#scroller.scrollTop;
    row.focus({ preventScroll: true });
    row.classList.add("is-found");
    setTimeout(() => row.classList.remove("is-found"), FOUND_MS);
  }

  #scrolled() {
    const { chat } = this.#room;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const toEnd = scrollHeight - scrollTop - clientHeight;
    const wasFollowing = this.#isFollowing;
    // Being far from the end is not enough: a poll that opened above may have taken the height away.
    if (toEnd < FOLLOW_WITHIN_PX && !chat.hasLater) this.#isFollowing = true;
    else if (scrollTop < this.#top) this.#isFollowing = false;
    this.#top = scrollTop;
    if (scrollTop < FETCH_WITHIN_PX && chat.hasEarlier && !this.#isFollowing) {
      this.#actions.fetchEarlier();
    }
    if (toEnd < FETCH_WITHIN_PX && chat.hasLater) this.#actions.fetchLater();
    if (this.#isFollowing !== wasFollowing) this.#renderNewer(this.#isFollowing && !this.#isHeld);
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  // What is pointed at and focused.

  /** Whether somebody is here with the keyboard; a click leaves the focus behind, and means nothing. */
  #hasFocus() {
    return this.#log.querySelector(":focus-visible") !== null;
  }

  /** @param {boolean} isHeld */
  #hold(isHeld) {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    if (!isHeld && this.#isFollowing) this.follow();
  }

  /** @param {EventTarget | null} target */
  #messageAt(target) {
    const row = target instanceof Element ? target.closest(".message") : null;
    if (!(row instanceof HTMLElement) || row.dataset.seq === undefined) return null;
    const seq = Number(row.dataset.seq);
    const message = this.#room.chat.messages.find((each) => each.seq === seq);
    return message ? { row, message } : null;
  }

  /** @param {EventTarget | null} target */
  #pointed(target) {
    if (target instanceof Node && this.#bar.element.contains(target)) return;
    const at = this.#messageAt(target);
    if (at) this.#bar.show(at.row, at.message);
  }

  /** @param {MouseEvent} event */
  #tapped({ target }) {
    this.#pointed(target);
    // What was tapped must not move away from under the finger that comes back.
    if (window.matchMedia("(pointer: coarse)").matches) this.#hold(this.#bar.row !== null);
  }

  /** @param {EventTarget | null} target */
  #focused(target) {
    if (target === this.#scroller || !this.#hasFocus()) return;
    this.#hold(true);
    this.#pointed(target);
  }

  /** The focus may come straight back: the toolbar makes its buttons anew. */
  #left() {
    setTimeout(() => {
      if (this.#log.contains(document.activeElement)) return;
      this.#bar.hide();
      this.#hold(false);
    });
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target instanceof HTMLElement ? event.target.closest(".message") : null;
    const isOnRow = row !== null && row === event.target;
    if (event.key === "Escape") return this.#actions.write();
    if (row && !isOnRow) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      return this.#step(row, event.key === "ArrowUp");
    }
    const at = this.#messageAt(row);
    if (!isOnRow || !at) return;
    if (event.key === "Enter") this.#bar.focus();
    else if (!this.#bar.shortcut(event.key, at.message)) return;
    event.preventDefault();
  }

  /**
   * @param {Element | null} from
   * @param {boolean} isUp
   */
  #step(from, isUp) {
    const next = from ? (isUp ? from.previousElementSibling : from.nextElementSibling) : null;
    const to = from ? next : this.#log.lastElementChild;
    if (!(to instanceof HTMLElement)) return;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }
}

/** A busy chat renders a hundred rows fifty times a second. @type {WeakMap<Message, Row>} */
const rowsOfMessages = new WeakMap();

/**
 * @param {Message} message
 * @returns {Row}
 */
function rowOf(message) {
  const known = rowsOfMessages.get(message);
  if (known) return known;
  const row = { key: `m${message.seq}`, message };
  rowsOfMessages.set(message, row);
  return row;
}

/** @param {boolean} isOwner */
function nothingSaid(isOwner) {
  const text = isOwner ? say("whatYourViewersWriteAppears") : say("sayHelloTheStreamerReads");
  return emptyState({ title: say("quietSoFar"), text, icon: "chat" });
}
