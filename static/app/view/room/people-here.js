// @ts-check
// Who is here: the people by name with what they are in this room, and how many guests there are.

/** @import { Rest } from "../../wire/rest.js" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { query } from "../../wire/query.js";
import { say } from "../../words/room.js";
import { avatar, emptyState, personLink } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";
import { countOf } from "../kit/format.js";
import { ListView } from "../kit/list.js";

/** What somebody is, where it is worth a mark. */
const MARKS = /** @type {Record<string, string>} */ ({
  owner: say("streamer"),
  moderator: say("moderator"),
  collaborator: say("collaborator"),
});

/** @typedef {{ id: string, username: string, avatar_small_url: string | null, role: string }} PersonHere */
/** @typedef {{ items: PersonHere[], next: string | null, viewers: number, guests: number, peak: number }} PeopleHere */

/**
 * @param {Rest} rest
 * @param {string} streamId
 */
export function openPeopleHere(rest, streamId) {
  /** @type {Listing<PersonHere>} */
  const listing = new Listing();
  const count = h("p", { class: "soft small", role: "status", "data-testid": "people-count" });
  const link = new ListingLink(listing, async (cursor) => {
    /** @type {PeopleHere} */
    const page = await rest.send("GET", `/streams/${streamId}/people${query({ cursor })}`);
    const viewers = countOf(page.viewers, "viewer");
    const some = page.guests
      ? say("viewersAndGuests", { viewers, guests: countOf(page.guests, "guest") })
      : viewers;
    setText(count, say("peopleSoFar", { viewers: some, peak: page.peak }));
    return page;
  });
  const list = new ListView(listing, {
    label: say("whoIsHere"),
    class: "people-here",
    testId: "people-here",
    row: personRow,
    empty: () =>
      emptyState({
        title: say("nobodyByName"),
        text: say("guestsAreCountedWhoeverSigns"),
        icon: "viewers",
      }),
    more: () => void link.more(),
    again: () => void link.open(),
  });
  const dialog = openDialog(say("whoIsHere"), () => [count, list.element]);
  dialog.addEventListener("close", () => list.destroy());
  void link.open();
}

/** @param {PersonHere} person */
function personRow(person) {
  const mark = MARKS[person.role];
  const element = h(
    "li",
    { class: "person-here" },
    avatar(person),
    personLink(person),
    mark && h("span", { class: "role-mark", "data-role": person.role }, mark),
  );
  return { element, update() {} };
}
