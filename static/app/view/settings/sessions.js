// @ts-check
// Where one is signed in, and whom one has refused: lists to end things from.

/** @import { App } from "../../app" */
/** @import { ListedPerson, SignInPlace } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/settings.js";
import { avatar, button, personLink } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { formatAgo, formatFull } from "../kit/format.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";

export class SessionsPart extends View {
  /** @param {App} app */
  constructor({ rest, toasts }) {
    super(h("div", { class: "settings-lines" }));
    /** @type {Listing<SignInPlace>} */
    const places = new Listing();
    const link = new ListingLink(places, (cursor) => rest.own.sessions(cursor));
    const end = async (/** @type {string} */ id) => {
      try {
        await rest.own.endSession(id);
        places.remove(id);
      } catch (error) {
        toasts.error(sentenceFor(error));
      }
    };
    const endOthers = async () => {
      try {
        await rest.own.endOtherSessions();
        toasts.note(say("everyOtherSessionHasEnded"));
      } catch (error) {
        toasts.error(sentenceFor(error));
      }
      void link.open();
    };
    const all = button(say("signOutEverywhereElse"), { onclick: () => void endOthers() });
    const list = this.own(
      new ListView(places, {
        label: say("whereYouAreSignedIn"),
        class: "rows",
        testId: "sessions",
        row: (place) => placeRow(place, () => void end(place.id)),
        empty: () => h("p", { class: "soft" }, say("nowhere")),
        more: () => void link.more(),
        again: () => void link.open(),
      }),
    );
    this.element.append(list.element, all);
    this.watch([places], () => (all.hidden = places.items.length < 2));
    void link.open();
  }
}

/**
 * @param {SignInPlace} place
 * @param {() => void} end
 */
function placeRow({ is_current, address, user_agent, last_seen_at, created_at }, end) {
  const seen = is_current ? say("seenNow") : say("seen", { when: formatAgo(last_seen_at, Date.now()) });
  const element = h(
    "li",
    { class: "row-line" },
    h(
      "span",
      { class: "card-lines" },
      h("span", { title: user_agent }, deviceOf(user_agent)),
      h(
        "span",
        { class: "soft small" },
        [address, seen, say("since", { when: formatFull(created_at) })].filter(Boolean).join(" · "),
      ),
    ),
    is_current
      ? h("span", { class: "chip is-good" }, say("thisOne"))
      : button(say("signOut"), { class: "button plain small-button", onclick: end }),
  );
  return { element, update: () => {} };
}

/**
 * Enough to tell one's own devices apart; the whole text is in the tooltip.
 * @param {string | null} userAgent
 */
function deviceOf(userAgent) {
  const text = userAgent ?? "";
  const found = (/** @type {[RegExp, string][]} */ names) =>
    names.find(([pattern]) => pattern.test(text))?.[1];
  const browser = found([
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/Firefox\//, "Firefox"],
    [/Chrom(e|ium)\//, "Chrome"],
    [/Safari\//, "Safari"],
  ]);
  const system = found([
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS/, "macOS"],
    [/Linux/, "Linux"],
  ]);
  if (browser) return system ? say("browserOnSystem", { browser, system }) : browser;
  return text.slice(0, 40) || "A program";
}

export class RefusedPart extends View {
  /** @param {App} app */
  constructor(app) {
    super(h("div", { class: "settings-lines" }));
    for (const which of /** @type {const} */ (["blocks", "mutes"])) {
      this.element.append(
        h("h3", {}, which === "blocks" ? say("blocked") : say("muted")),
        this.own(refusedList(app, which)).element,
      );
    }
  }
}

/**
 * @param {App} app
 * @param {"blocks" | "mutes"} which
 */
function refusedList({ rest, toasts }, which) {
  /** @type {Listing<ListedPerson>} */
  const people = new Listing();
  const link = new ListingLink(people, (cursor) => rest.people.refused(which, cursor));
  const bond = which === "blocks" ? "block" : "mute";
  const takeBack = async (/** @type {ListedPerson} */ { id, username }) => {
    try {
      await rest.people.bind(username, bond, false);
      people.remove(id);
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  };
  const row = (/** @type {ListedPerson} */ person) => ({
    element: h(
      "li",
      { class: "row-line" },
      avatar(person),
      personLink(person),
      button(bond === "block" ? say("unblock") : say("unmute"), {
        class: "button plain small-button",
        onclick: () => void takeBack(person),
      }),
    ),
    update: () => {},
  });
  void link.open();
  return new ListView(people, {
    label: which === "blocks" ? say("blockedPeople") : say("mutedPeople"),
    class: "rows",
    row,
    empty: () => h("p", { class: "soft small" }, say("nobody")),
    more: () => void link.more(),
    again: () => void link.open(),
  });
}
