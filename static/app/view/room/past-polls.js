// @ts-check
// What this room was asked before, and what it answered.

/** @import { Page, Poll } from "../../types" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/room.js";
import { emptyState } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h } from "../kit/dom.js";
import { countOf, formatFull } from "../kit/format.js";
import { ListView } from "../kit/list.js";

/** @param {(before: string | null) => Promise<Page<Poll>>} pastPolls */
export function openPastPolls(pastPolls) {
  /** @type {Listing<Poll>} */
  const listing = new Listing();
  const link = new ListingLink(listing, async (before) => {
    const { items, next } = await pastPolls(before);
    return { items: items.filter((poll) => poll.is_closed), next };
  });
  const list = new ListView(listing, {
    label: say("pastPolls"),
    class: "past-polls",
    testId: "past-poll-list",
    row: pastRow,
    empty: () =>
      emptyState({ title: say("noPollIsOverYet"), text: say("theirResultsStandHereThen"), icon: "poll" }),
    more: () => void link.more(),
    again: () => void link.open(),
  });
  const dialog = openDialog(say("pastPolls"), () => [list.element]);
  dialog.addEventListener("close", () => list.destroy());
  void link.open();
}

/** @param {Poll} poll */
function pastRow({ question, options, total_votes: total, created_at: at }) {
  const most = Math.max(...options.map((option) => option.votes_count ?? 0));
  const element = h(
    "li",
    { class: "past-poll" },
    h("p", { class: "past-poll-question" }, question),
    h("p", { class: "soft small" }, `${formatFull(at)}, ${countOf(total, "vote")}`),
    h(
      "ul",
      {},
      ...options.map(({ option_text: text, votes_count: count }) => {
        const votes = count ?? 0;
        const share = total ? votes / total : 0;
        return h(
          "li",
          { class: `past-option ${votes > 0 && votes === most ? "is-leading" : ""}` },
          h("span", { class: "past-bar", style: `--share: ${share}`, "aria-hidden": "true" }),
          h("span", {}, text),
          h("span", { class: "number" }, `${Math.round(share * 100)}% · ${votes}`),
        );
      }),
    ),
  );
  return { element, update() {} };
}
