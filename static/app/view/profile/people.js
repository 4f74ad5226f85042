// @ts-check
// Who follows somebody, and whom they follow, in a dialog.

/** @import { App } from "../../app" */
/** @import { ListedPerson } from "../../types-people" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/profile.js";
import { avatar, link } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";
import { ListView } from "../kit/list.js";

/**
 * @param {App} app
 * @param {string} username
 * @param {"followers" | "following"} which
 */
export function openPeople({ rest }, username, which) {
  /** @type {Listing<ListedPerson>} */
  const people = new Listing();
  const listLink = new ListingLink(people, (cursor) =>
    rest.people.around(username, which, cursor),
  );
  const isFollowers = which === "followers";
  const title = isFollowers ? say("followersOf", { name: username }) : say("follows", { name: username });
  const list = new ListView(people, {
    label: title,
    class: "people",
    row: personRow,
    empty: () =>
      h("p", { class: "soft" }, isFollowers ? say("nobodyYet") : say("followsNobodyYet", { name: username })),
    more: () => void listLink.more(),
    again: () => void listLink.open(),
  });
  const dialog = openDialog(title, () => [list.element]);
  dialog.addEventListener("close", () => list.destroy());
  // The router follows the link; the dialog would stand over the new page.
  dialog.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")) dialog.close();
  });
  void listLink.open();
}

/** @param {ListedPerson} person */
export function personRow(person) {
  const { username, full_name, is_following } = person;
  const element = h(
    "li",
    { "data-testid": "listed-person" },
    link(
      `/users/${username}`,
      { class: "listed-person" },
      avatar(person),
      h(
        "span",
        { class: "card-lines" },
        h("span", { class: "person" }, full_name ?? username),
        h("span", { class: "soft small" }, `@${username}`),
      ),
      is_following && h("span", { class: "chip" }, say("followingChip")),
    ),
  );
  return { element, update: () => {} };
}
