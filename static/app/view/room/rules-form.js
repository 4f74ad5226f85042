// @ts-check
// The form of a channel's rules; it stands in the room, in the studio and wherever the channel is set up.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { HouseRules } from "../../types-house" */

import { Field } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";

const SLOW_MODE = [
  ["0", "Off"],
  ["3", "3 seconds"],
  ["10", "10 seconds"],
  ["30", "30 seconds"],
  ["60", "1 minute"],
  ["120", "2 minutes"],
];
const FOLLOWERS = [
  ["", "Everybody who is signed in"],
  ["0", "Followers"],
  ["10", "Followers of 10 minutes and more"],
  ["60", "Followers of 1 hour and more"],
  ["1440", "Followers of 1 day and more"],
  ["10080", "Followers of 1 week and more"],
];
const DELAY = [
  ["0", "At once"],
  ["2", "2 seconds later"],
  ["4", "4 seconds later"],
  ["6", "6 seconds later"],
  ["10", "10 seconds later"],
];

/**
 * @param {Pick<HouseLink, "channels" | "owner">} house
 * @param {HouseRules} rules
 */
export function rulesForm(house, rules) {
  const writers = choice("Who may write", FOLLOWERS, rules.followers_only_minutes ?? "", {
    pointer: "/followers_only_minutes",
  });
  const readers = choice(
    "Who may read",
    [
      ["", "Everybody"],
      ["on", "Only who is signed in"],
    ],
    rules.signed_in_only ? "on" : "",
    { pointer: "/signed_in_only" },
  );
  const slow = choice("Slow mode", SLOW_MODE, rules.slow_mode_s, {
    pointer: "/slow_mode_s",
    hint: "How long one waits between two messages.",
  });
  const unique = choice(
    "Repetitions",
    [
      ["", "May be sent"],
      ["on", "Are refused"],
    ],
    rules.unique_messages ? "on" : "",
    { pointer: "/unique_messages" },
  );
  const links = choice(
    "Links",
    [
      ["on", "May be sent"],
      ["", "Are refused"],
    ],
    rules.links_allowed ? "on" : "",
    { pointer: "/links_allowed" },
  );
  const delay = choice("Others read a message", DELAY, rules.delay_s, {
    pointer: "/delay_s",
    hint: "You and your moderators read it at once, and may delete it before the others see it.",
  });
  const form = new Form({
    fields: [writers, readers, slow, unique, links, delay],
    action: "Save the rules",
    done: "These rules hold now.",
    testId: "rules-form",
    send: () =>
      house.channels.setRules(house.owner, {
        slow_mode_s: Number(slow.value),
        followers_only_minutes: writers.value === "" ? null : Number(writers.value),
        signed_in_only: readers.value === "on",
        unique_messages: unique.value === "on",
        links_allowed: links.value === "on",
        delay_s: Number(delay.value),
      }),
  });
  const note = "They hold in all your streams. You and your moderators are exempt.";
  return h("div", { class: "rules-form" }, h("p", { class: "soft small" }, note), form.element);
}

/**
 * A field with choices; a value that is none of them, set elsewhere, is added.
 * @param {string} label
 * @param {string[][]} options
 * @param {string | number} value
 * @param {{ pointer: string, hint?: string }} more
 */
function choice(label, options, value, more) {
  const chosen = String(value);
  const isListed = options.some(([each]) => each === chosen);
  const select = h(
    "select",
    {},
    ...(isListed ? options : [...options, [chosen, chosen]]).map(([each, text]) =>
      h("option", { value: each ?? "", selected: each === chosen }, text),
    ),
  );
  return new Field(label, select, more);
}
