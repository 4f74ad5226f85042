// @ts-check
// The form of a channel's rules; it stands in the room, in the studio and wherever the channel is set up.

/** @import { HouseLink } from "../../link/house-link.js" */
/** @import { HouseRules } from "../../types-house" */

import { say } from "../../words/room.js";
import { Field } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";

const SLOW_MODE = [
  ["0", say("off")],
  ["3", "3 seconds"],
  ["10", "10 seconds"],
  ["30", "30 seconds"],
  ["60", "1 minute"],
  ["120", "2 minutes"],
];
const FOLLOWERS = [
  ["", say("everybodyWhoIsSignedIn")],
  ["0", say("followers")],
  ["10", say("followersOf10MinutesAnd")],
  ["60", say("followersOf1HourAnd")],
  ["1440", say("followersOf1DayAnd")],
  ["10080", say("followersOf1WeekAnd")],
];
const DELAY = [
  ["0", say("atOnce")],
  ["2", say("n2SecondsLater")],
  ["4", say("n4SecondsLater")],
  ["6", say("n6SecondsLater")],
  ["10", say("n10SecondsLater")],
];

/**
 * @param {Pick<HouseLink, "channels" | "owner">} house
 * @param {HouseRules} rules
 */
export function rulesForm(house, rules) {
  const writers = choice(say("whoMayWrite"), FOLLOWERS, rules.followers_only_minutes ?? "", {
    pointer: "/followers_only_minutes",
  });
  const readers = choice(
    say("whoMayRead"),
    [
      ["", say("everybody")],
      ["on", say("onlyWhoIsSignedIn")],
    ],
    rules.signed_in_only ? "on" : "",
    { pointer: "/signed_in_only" },
  );
  const slow = choice(say("slowMode"), SLOW_MODE, rules.slow_mode_s, {
    pointer: "/slow_mode_s",
    hint: say("howLongOneWaitsBetween"),
  });
  const unique = choice(
    say("repetitions"),
    [
      ["", say("mayBeSent")],
      ["on", say("areRefused")],
    ],
    rules.unique_messages ? "on" : "",
    { pointer: "/unique_messages" },
  );
  const links = choice(
    say("links"),
    [
      ["on", say("mayBeSent")],
      ["", say("areRefused")],
    ],
    rules.links_allowed ? "on" : "",
    { pointer: "/links_allowed" },
  );
  const delay = choice(say("othersReadAMessage"), DELAY, rules.delay_s, {
    pointer: "/delay_s",
    hint: say("youAndYourModeratorsRead"),
  });
  const form = new Form({
    fields: [writers, readers, slow, unique, links, delay],
    action: say("saveTheRules"),
    done: say("theseRulesHoldNow"),
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
  const note = say("theyHoldInAllYour");
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
