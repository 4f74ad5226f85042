// @ts-check
// What the house rules bring into the chat: the line of what holds, the menu at a name, the staff's
// door to the moderation dialog, and what the staff reads before the others.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Message } from "../../types" */
/** @import { MoreAction } from "./chat-actions.js" */

import { openedLate } from "../../loading.js";
import { say } from "../../words/room.js";
import { iconButton, link } from "../kit/controls.js";
import { KeyedList, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { HouseLine } from "./house-line.js";
import { openPeopleHere } from "./people-here.js";
import { PersonMenu } from "./person-menu.js";

const openLists = openedLate(() => import("./moderation.js"));

const UPCOMING = say("theOthersReadThisA");

export class HouseCorner extends View {
  #menu;
  #badge = h("span", { class: "house-badge number", hidden: true, "data-testid": "held-count" });
  #open;
  #people;
  line;
  /** What the staff reads before the others. */
  upcoming = h("ol", { class: "chat-upcoming", "aria-label": UPCOMING });

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {HouseLink} house
   * @param {HTMLElement} chat the panel in which names are clicked
   */
  constructor({ room, session }, house, chat) {
    super(h("span", {}));
    this.#menu = this.own(new PersonMenu({ room, session }, house));
    this.line = this.own(new HouseLine(room)).element;
    this.#people = iconButton("viewers", say("whoIsHere"), {
      class: "house-people",
      "data-testid": "people-open",
      onclick: () => openPeopleHere(house.rest, room.streamId),
    });
    this.#open = iconButton("shield", say("moderation"), {
      "data-testid": "moderation-open",
      onclick: () =>
        void openLists(this.#open, ({ openModeration }) => openModeration(room, house)),
    });
    const clicked = (/** @type {MouseEvent} */ event) => this.#clicked(event);
    chat.addEventListener("click", clicked);
    this.whenDestroyed(() => chat.removeEventListener("click", clicked));
    const rows = new KeyedList(
      this.upcoming,
      (/** @type {Message} */ { id }) => id,
      (message) => upcomingRow(message, () => void house.deleteNow(message.id)),
    );
    this.watch([room.house], () => {
      const { isStaff, held, upcoming } = room.house;
      this.#open.hidden = !isStaff;
      setText(this.#badge, held.length);
      this.#badge.hidden = held.length === 0;
      rows.set(isStaff ? upcoming : []);
      this.upcoming.hidden = !isStaff || upcoming.length === 0;
      const isBanned = room.house.banNow(Date.now()) !== null;
      chat.querySelector(".chat-foot")?.classList.toggle("is-banned", isBanned);
    });
  }

  /** What stands in the head of the chat. */
  get tools() {
    return [this.#people, this.#open, this.#badge];
  }

  /**
   * @param {Message} message
   * @returns {MoreAction[]}
   */
  actionsFor({ user }) {
    const name = user?.username;
    if (!name || !this.#menu.isFor(name)) return [];
    const anchor = () => /** @type {HTMLElement} */ (document.activeElement ?? document.body);
    return [{ icon: "shield", label: say("moderate", { name }), run: () => this.#menu.open(name, anchor()) }];
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
    const author = event.target.closest("a.message-author");
    const name = author?.getAttribute("href")?.replace("/users/", "");
    if (!(author instanceof HTMLElement) || !name || !this.#menu.isFor(name)) return;
    // Others go to somebody's page by their name; whoever moderates finds that in the menu.
    event.preventDefault();
    event.stopPropagation();
    this.#menu.open(name, author);
  }
}

/**
 * @param {Message} message
 * @param {() => void} remove
 */
function upcomingRow({ user, content }, remove) {
  const element = h(
    "li",
    { class: "message is-upcoming", title: UPCOMING },
    user && link(`/users/${user.username}`, { class: "message-author", target: "_blank" }, user.username),
    h("span", { class: "message-text" }, content),
    iconButton("trash", say("deleteBeforeTheOthersRead"), {
      class: "upcoming-delete",
      "data-testid": "upcoming-delete",
      onclick: remove,
    }),
  );
  return { element, update() {} };
}
