// @ts-check
// The two short lists of a channel: its blocked words and its moderators.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { BlockedTerm, ChannelModerator } from "../../types-house" */

import { say } from "../../words/room.js";
import { Field, button, emptyState, iconButton, personLink } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { formatAgo } from "../kit/format.js";

const HOW = {
  block: say("refused"),
  hold: say("heldForReview"),
};

/** @param {HouseLink} house */
export async function termsPanel(house) {
  const list = h("ul", { class: "house-rows", "aria-label": say("blockedWords"), "data-testid": "terms" });
  const term = new Field(say("wordOrWords"), h("input", { maxlength: "100", required: true }), {
    pointer: "/term",
    hint: say("howeverTheyAreWrittenCase"),
  });
  const action = new Field(
    say("whatHappens"),
    h("select", {}, ...Object.entries(HOW).map(([value, text]) => h("option", { value }, text))),
    { pointer: "/action" },
  );
  const refresh = async () => {
    const { items } = await house.channels.terms(house.owner);
    fill(list, ...items.map((each) => termRow(each, drop)));
    list.hidden = items.length === 0;
  };
  const drop = async (/** @type {string} */ id) => {
    await house.channels.dropTerm(house.owner, id);
    await refresh();
  };
  const form = new Form({
    fields: [term, action],
    action: say("add"),
    testId: "term-form",
    send: async () => {
      const chosen = action.value === "hold" ? "hold" : "block";
      await house.channels.putTerm(house.owner, { term: term.value.trim(), action: chosen });
      term.control.value = "";
      await refresh();
    },
  });
  await refresh();
  return h("div", {}, form.element, list);
}

/**
 * @param {BlockedTerm} term
 * @param {(id: string) => Promise<void>} drop
 */
function termRow({ id, term, action }, drop) {
  return h(
    "li",
    { class: "house-row" },
    h("span", { class: "house-row-lines house-words" }, term),
    h("span", { class: "soft small" }, HOW[action]),
    iconButton("close", say("allow", { term }), { onclick: () => void drop(id) }),
  );
}

/**
 * @param {HouseLink} house
 * @param {{ mayAppoint: boolean }} rights
 */
export async function moderatorsPanel(house, { mayAppoint }) {
  const list = h("ul", { class: "house-rows", "aria-label": say("moderators"), "data-testid": "moderators" });
  const none = emptyState({
    title: say("noModeratorsYet"),
    text: say("theyMayDoWhatYou"),
    icon: "user",
  });
  const refresh = async () => {
    const { items } = await house.channels.moderators(house.owner);
    fill(list, ...items.map((each) => moderatorRow(each, mayAppoint ? dismiss : null)));
    list.hidden = items.length === 0;
    none.hidden = items.length > 0;
  };
  const dismiss = async (/** @type {string} */ name) => {
    await house.dismiss(name);
    await refresh();
  };
  await refresh();
  if (!mayAppoint) return h("div", {}, list, none);
  const name = new Field(
    say("userName"),
    h("input", { required: true, autocapitalize: "none", autocomplete: "off", spellcheck: "false" }),
  );
  const form = new Form({
    fields: [name],
    action: say("makeAModerator"),
    testId: "moderator-form",
    isEmptied: true,
    send: async () => {
      await house.channels.appoint(house.owner, name.value.trim());
      await refresh();
    },
  });
  return h("div", {}, form.element, list, none);
}

/**
 * @param {ChannelModerator} moderator
 * @param {((name: string) => Promise<void>) | null} dismiss
 */
function moderatorRow({ user, since }, dismiss) {
  return h(
    "li",
    { class: "house-row" },
    h("span", { class: "house-row-lines" }, personLink(user)),
    h("span", { class: "soft small" }, say("since", { when: formatAgo(since, Date.now()) })),
    dismiss && button(say("dismissModerator"), { onclick: () => void dismiss(user.username) }),
  );
}
