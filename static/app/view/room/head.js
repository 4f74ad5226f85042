// @ts-check
// What is on, who streams it, for how long, and how many watch; and the line that says when the
// room is not being heard from.

/** @import { Room } from "../../model/room.js" */

import { say as sayArranged } from "../../words/arrangement.js";
import { say } from "../../words/room.js";
import { avatar, iconButton, liveChip } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { formatCount, formatSince, formatWhen } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

const SINCE_EVERY_MS = 20_000;

export class RoomHead extends View {
  #room;
  #avatar = h("span");
  #title = h("h1", { class: "room-title" });
  /** In a tab of its own: the room goes on. */
  #who = h("a", { class: "person room-who", target: "_blank" });
  #status = h("span", { class: "room-status" });
  #viewers = h("span", { class: "number", "data-testid": "viewers-count" });
  #watching = h(
    "button",
    {
      type: "button",
      class: "room-viewers",
      title: say("watchingNowSeeWhoIs"),
      "data-testid": "who-is-here",
      onclick: () => this.#showPeople?.(),
    },
    icon("viewers", 16),
    this.#viewers,
    h("span", { class: "visually-hidden" }, say("watching")),
  );
  /** @type {(() => void) | undefined} */
  #showPeople;
  #arrange = iconButton("panels", sayArranged("arrange"), {
    class: "arrange",
    "data-testid": "arrange",
  });
  #description = h("p", {});
  #about = h("details", { class: "room-about" }, h("summary", {}, say("about")), this.#description);

  /**
   * @param {Room} room
   * @param {{ toggleLayout?: () => void, arrange?: () => void, showPeople?: () => void, menu?: HTMLElement }} [actions]
   */
  constructor(room, { toggleLayout, arrange, showPeople, menu } = {}) {
    super(h("header", { class: "room-head" }));
    this.#room = room;
    this.#showPeople = showPeople;
    this.#arrange.hidden = !arrange;
    if (arrange) this.#arrange.addEventListener("click", arrange);
    const layout =
      toggleLayout &&
      iconButton("code", say("giveTheCodeMoreRoom"), {
        class: "layout-toggle",
        onclick: toggleLayout,
        "data-testid": "layout",
      });
    this.element.append(
      this.#avatar,
      h(
        "div",
        { class: "room-lines" },
        this.#title,
        h("p", { class: "room-meta soft" }, this.#who, this.#status, this.#watching),
        this.#about,
      ),
      ...(layout ? [layout] : []),
      this.#arrange,
      ...(menu ? [menu] : []),
    );
    this.watch([room], () => this.#render());
    const ticking = setInterval(() => this.#render(), SINCE_EVERY_MS);
    this.whenDestroyed(() => clearInterval(ticking));
  }

  /**
   * Mark the way to a panel that is hidden: something there waits for this person.
   * @param {boolean} isWaiting
   */
  mark(isWaiting) {
    this.#arrange.classList.toggle("is-waiting", isWaiting);
    setAttributes(this.#arrange, { "aria-description": isWaiting ? sayArranged("pollWaits") : null });
  }

  #render() {
    const { stream, viewers } = this.#room;
    if (!stream) return;
    if (!this.#avatar.hasChildNodes()) fill(this.#avatar, avatar(stream.user));
    setText(this.#title, stream.title);
    setText(this.#who, stream.user.username);
    this.#who.href = `/users/${stream.user.username}`;
    setText(this.#viewers, formatCount(viewers));
    this.#watching.hidden = stream.status === "ended";
    setText(this.#description, stream.description ?? "");
    this.#about.hidden = !stream.description;
    this.#renderStatus(stream);
  }

  /** @param {NonNullable<Room["stream"]>} stream */
  #renderStatus({ status, started_at, ended_at, scheduled_at }) {
    const now = Date.now();
    this.#status.dataset.status = status;
    if (status === "live")
      return fill(
        this.#status,
        liveChip(),
        h("span", { class: "number" }, started_at ? formatSince(started_at, now) : ""),
      );
    if (status === "ended")
      return setText(this.#status, ended_at ? say("endedWhen", { when: formatWhen(ended_at, now) }) : say("ended"));
    setText(
      this.#status,
      scheduled_at ? say("starts", { when: formatWhen(scheduled_at, now) }) : say("notLiveYet"),
    );
  }
}

export class ConnectionBanner extends View {
  /** @param {Room} room */
  constructor(room) {
    super(
      h("p", { class: "banner", role: "status", hidden: true, "data-testid": "connection-banner" }),
    );
    this.watch([room], () => {
      const isLost = room.connection === "offline";
      setText(
        this.element,
        isLost ? say("reconnectingToTheRoomWhat") : "",
      );
      this.element.hidden = !isLost;
    });
  }
}
