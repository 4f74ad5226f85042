// @ts-check
// The channel's house in one dialog: what waits, the rules, blocked words, who is kept out, who
// moderates, and what was done.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { ChannelLogEntry, HeldMessage, ListedBan } from "../../types-house" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/room.js";
import { button, emptyState, personLink, spinner } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { KeyedList, fill, h } from "../kit/dom.js";
import { formatAgo, formatClock, formatWhen } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { Tabs } from "../kit/tabs.js";
import { View } from "../kit/view.js";
import { actOf } from "../moderation/channel-acts.js";
import { rulesForm } from "./rules-form.js";
import { moderatorsPanel, termsPanel } from "./house-lists.js";

const TABS = [
  { id: "held", label: say("waiting") },
  { id: "rules", label: say("rules") },
  { id: "terms", label: say("words") },
  { id: "bans", label: say("keptOut") },
  { id: "staff", label: say("moderators") },
  { id: "log", label: say("log") },
];

/**
 * @param {Room} room
 * @param {HouseLink} house
 */
export function openModeration(room, house) {
  const view = new ModerationView(room, house);
  const dialog = openDialog(say("moderation"), () => [view.element]);
  dialog.classList.add("is-wide");
  dialog.addEventListener("close", () => view.destroy());
}

class ModerationView extends View {
  #room;
  #house;
  #panel = h("div", { class: "house-panel" });
  /** @type {View | null} */
  #shown = null;

  /**
   * @param {Room} room
   * @param {HouseLink} house
   */
  constructor(room, house) {
    super(h("div", { class: "house", "data-testid": "moderation" }));
    this.#room = room;
    this.#house = house;
    const chosen = room.house.held.length > 0 ? "held" : "rules";
    const tabs = new Tabs({ label: say("moderation"), tabs: TABS, chosen, panel: this.#panel }, (id) =>
      this.#show(id),
    );
    this.element.append(tabs.element, this.#panel);
    this.whenDestroyed(() => this.#shown?.destroy());
    this.#show(chosen);
  }

  /** @param {string} id */
  #show(id) {
    this.#shown?.destroy();
    this.#shown = this.#create(id);
    fill(this.#panel, this.#shown.element);
  }

  /** @param {string} id */
  #create(id) {
    const [room, house] = [this.#room, this.#house];
    if (id === "held") return new HeldPanel(room, house);
    if (id === "rules") return later(async () => rulesForm(house, await house.channels.rules(house.owner)));
    if (id === "terms") return later(() => termsPanel(house));
    if (id === "staff") return later(() => moderatorsPanel(house, { mayAppoint: room.isOwner }));
    return id === "bans" ? new BansPanel(house) : new LogPanel(house);
  }
}

/** What has to be fetched before it can be shown. @param {() => Promise<HTMLElement>} load */
function later(load) {
  const view = new View(h("div", {}, spinner(say("loading"))));
  load().then(
    (element) => fill(view.element, element),
    (error) => fill(view.element, h("p", { class: "form-problem", role: "alert" }, sentenceFor(error))),
  );
  return view;
}

class HeldPanel extends View {
  /**
   * @param {Room} room
   * @param {HouseLink} house
   */
  constructor(room, house) {
    const list = h("ul", { class: "house-rows", "aria-label": say("messagesThatWait"), "data-testid": "held" });
    const none = emptyState({
      title: say("nothingWaits"),
      text: say("messagesWithAWordThat"),
      icon: "accept",
    });
    const clear = button(say("clearTheWholeChat"), {
      kind: "danger",
      "data-testid": "clear-chat",
      // At once: what was cleared can be given back.
      onclick: () => void house.clear(null),
    });
    super(h("div", {}, list, none, h("div", { class: "house-foot" }, clear)));
    const rows = new KeyedList(list, (/** @type {HeldMessage} */ { id }) => id, (held) => heldRow(held, house));
    this.watch([room.house], () => {
      rows.set(room.house.held);
      list.hidden = room.house.held.length === 0;
      none.hidden = !list.hidden;
    });
  }
}

/**
 * @param {HeldMessage} held
 * @param {HouseLink} house
 */
function heldRow({ id, user, content, term, created_at: at }, house) {
  const decide = (/** @type {string} */ label, /** @type {boolean} */ approve) =>
    button(label, {
      kind: approve ? "primary" : "plain",
      "data-testid": approve ? "approve" : "deny",
      onclick: () => void house.review(id, approve),
    });
  const element = h(
    "li",
    { class: "house-row" },
    h(
      "div",
      { class: "house-row-lines" },
      h("p", { class: "soft small" }, personLink(user), ` ${say("heldAt", { time: formatClock(at), term })}`),
      h("p", { class: "house-words" }, content),
    ),
    decide(say("letThrough"), true),
    decide(say("deny"), false),
  );
  return { element, update() {} };
}

class BansPanel extends View {
  /** @param {HouseLink} house */
  constructor(house) {
    super(h("div", {}));
    /** @type {Listing<ListedBan & { id: string }>} */
    const listing = new Listing();
    const link = new ListingLink(listing, async (cursor) => {
      const { items, next } = await house.channels.bans(house.owner, cursor);
      return { items: items.map((ban) => ({ ...ban, id: ban.user.id })), next };
    });
    const lift = async (/** @type {ListedBan & { id: string }} */ ban) => {
      await house.unban(ban.user.username);
      listing.remove(ban.id);
    };
    const list = new ListView(listing, {
      label: say("whoIsKeptOut"),
      class: "house-rows",
      testId: "bans",
      row: (ban) => banRow(ban, () => void lift(ban)),
      empty: () =>
        emptyState({
          title: say("nobodyIsKeptOut"),
          text: say("clickANameInThe"),
          icon: "shield",
        }),
      more: () => void link.more(),
      again: () => void link.open(),
    });
    this.element.append(this.own(list).element);
    void link.open();
  }
}

/**
 * @param {ListedBan} ban
 * @param {() => void} lift
 */
function banRow({ user, moderator, until, reason, created_at: at }, lift) {
  const now = Date.now();
  const length = until ? say("timedOutUntil", { when: formatWhen(until, now) }) : say("isBanned");
  const by = moderator ? ` ${say("byModerator", { name: moderator.username })}` : "";
  const element = h(
    "li",
    { class: "house-row" },
    h(
      "div",
      { class: "house-row-lines" },
      h("p", {}, personLink(user)),
      h("p", { class: "soft small" }, `${length}${by}, ${formatAgo(at, now)}. ${reason ?? ""}`),
    ),
    button(say("letInAgainAction"), { "data-testid": "unban", onclick: lift }),
  );
  return { element, update() {} };
}

class LogPanel extends View {
  /** @param {HouseLink} house */
  constructor(house) {
    super(h("div", {}));
    /** @type {Listing<ChannelLogEntry>} */
    const listing = new Listing();
    const link = new ListingLink(listing, (cursor) => house.channels.log(house.owner, cursor));
    const list = new ListView(listing, {
      label: say("whatWasDone"),
      class: "house-rows",
      testId: "channel-log",
      row: logRow,
      empty: () =>
        emptyState({ title: say("nothingYet"), text: say("whatYouAndYourModerators") }),
      more: () => void link.more(),
      again: () => void link.open(),
    });
    this.element.append(this.own(list).element);
    void link.open();
  }
}

/** @param {ChannelLogEntry} entry */
function logRow({ actor, target, action, detail, created_at: at }) {
  const about = [
    detail.term && say("quoted", { text: detail.term }),
    detail.seconds && say("forS", { seconds: detail.seconds }),
    detail.reason,
    detail.content && say("quoted", { text: detail.content }),
    typeof detail.messages === "number" && String(detail.messages),
  ].filter(Boolean);
  const element = h(
    "li",
    { class: "house-row" },
    h(
      "p",
      { class: "house-row-lines" },
      personLink(actor),
      ` ${actOf(action, target !== null) ?? action} `,
      target && personLink(target),
      about.length > 0 && h("span", { class: "soft" }, ` ${about.join(", ")}`),
    ),
    h("span", { class: "soft small number" }, formatAgo(at, Date.now())),
  );
  return { element, update() {} };
}
