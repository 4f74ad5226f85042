// @ts-check
// What a channel's staff may do about somebody, one click away from their name in the chat.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */

import { say } from "../../words/room.js";
import { button, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";

/** How long a time-out may be, and how that is said. */
const TIME_OUTS = /** @type {const} */ ([
  [60, say("oneMinute")],
  [600, say("tenMinutes")],
  [3_600, say("oneHour")],
  [86_400, say("oneDay")],
]);

export class PersonMenu {
  #room;
  #session;
  #house;
  #menu = h("div", { class: "person-menu", role: "menu", popover: "auto", "data-testid": "person-menu" });
  /** @type {HTMLElement | null} */
  #anchor = null;
  element = this.#menu;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {HouseLink} house
   */
  constructor({ room, session }, house) {
    this.#room = room;
    this.#session = session;
    this.#house = house;
    this.#menu.addEventListener("toggle", (event) => {
      const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
      this.#anchor?.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) this.#buttons[0]?.focus();
      else if (this.#menu.contains(document.activeElement)) this.#anchor?.focus();
    });
    this.#menu.addEventListener("keydown", (event) => this.#arrow(event));
  }

  /** @param {string | null | undefined} name whether something may be done about them */
  isFor(name) {
    const { house, stream } = this.#room;
    const mine = this.#session.user?.username;
    return Boolean(name) && house.isStaff && name !== mine && name !== stream?.user.username;
  }

  /**
   * @param {string} name
   * @param {HTMLElement} anchor what was clicked
   */
  open(name, anchor) {
    this.#anchor = anchor;
    fill(this.#menu, ...this.#items(name));
    this.#menu.setAttribute("aria-label", say("aboutWhom", { name }));
    if (!this.#menu.isConnected) document.body.append(this.#menu);
    this.#menu.showPopover();
    this.#place(anchor);
  }

  destroy() {
    this.#menu.remove();
  }

  /** @param {string} name */
  #items(name) {
    const act = (/** @type {string} */ label, /** @type {() => void} */ run, danger = false) =>
      button(label, {
        role: "menuitem",
        class: `button quiet ${danger ? "is-danger" : ""}`,
        onclick: () => {
          this.#menu.hidePopover();
          run();
        },
      });
    const house = this.#house;
    return [
      h("p", { class: "person-menu-name" }, name),
      h(
        "div",
        { class: "person-menu-times", role: "group", "aria-label": say("timeOut") },
        h("span", { class: "soft small" }, say("timeOut")),
        ...TIME_OUTS.map(([seconds, length]) =>
          act(length, () => void house.timeOut(name, seconds, length)),
        ),
      ),
      act(say("deleteTheirMessages"), () => void house.clear(name)),
      act(say("banFromTheChannel"), () => void house.ban(name), true),
      this.#room.isOwner && act(say("makeAModerator"), () => void house.appoint(name)),
      link(
        `/users/${name}`,
        { class: "button quiet", role: "menuitem", target: "_blank" },
        say("openTheirPage"),
      ),
    ];
  }

  get #buttons() {
    return /** @type {HTMLElement[]} */ ([...this.#menu.querySelectorAll('[role="menuitem"]')]);
  }

  /** Beside what was clicked, and inside of the window. @param {HTMLElement} anchor */
  #place(anchor) {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
    const below = at.bottom + 4;
    const top = below + height <= window.innerHeight - 8 ? below : Math.max(8, at.top - height - 4);
    this.#menu.style.left = `${left}px`;
    this.#menu.style.top = `${top}px`;
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = this.#buttons;
    const at = items.findIndex((item) => item === document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
}
