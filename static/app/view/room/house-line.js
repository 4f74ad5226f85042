// @ts-check
// What holds in this chat, in one line above the line to write in: the rules, how long one waits, why
// one may not write.

/** @import { Room } from "../../model/room.js" */
/** @import { BanState, HouseRules } from "../../types-house" */

import { say } from "../../words/room.js";
import { h, setText } from "../kit/dom.js";
import { formatRemaining } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

const TICK_MS = 500;

export class HouseLine extends View {
  #room;
  #text = h("span", {});
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /** @param {Room} room */
  constructor(room) {
    super(
      h("p", { class: "house-line small", role: "status", hidden: true, "data-testid": "house-line" }),
    );
    this.#room = room;
    this.element.append(icon("shield", 14), this.#text);
    this.watch([room.house], () => this.#render());
    this.whenDestroyed(() => clearInterval(this.#ticking));
  }

  #render() {
    const { house, role } = this.#room;
    const now = Date.now();
    const ban = house.banNow(now);
    const waitMs = Math.max(0, house.waitsUntilMs - now);
    const text = ban
      ? banSentence(ban, now)
      : waitMs > 0
        ? say("slowModeFor", { seconds: Math.ceil(waitMs / 1000) })
        : rulesSentence(house.rules, house.isStaff);
    setText(this.#text, text);
    this.element.hidden = text === "" || (role === "guest" && !house.rules.signed_in_only);
    this.element.dataset.state = ban ? "banned" : waitMs > 0 ? "waiting" : "rules";
    const isTicking = waitMs > 0 || Boolean(ban?.until);
    if (isTicking) this.#ticking ??= setInterval(() => this.#render(), TICK_MS);
    else {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }
}

/**
 * @param {BanState} ban
 * @param {number} nowMs
 */
function banSentence({ until, reason }, nowMs) {
  const because = reason ? ` ${reason}` : "";
  if (!until) return say("youAreBanned", { because });
  const left = formatRemaining(Date.parse(until) - nowMs);
  return say("youAreTimedOut", { left, because });
}

/**
 * @param {HouseRules} rules
 * @param {boolean} isStaff
 */
function rulesSentence(rules, isStaff) {
  const parts = [
    rules.slow_mode_s > 0 && say("slowModeRule", { seconds: rules.slow_mode_s }),
    rules.followers_only_minutes !== null && followers(rules.followers_only_minutes),
    rules.signed_in_only && say("signedInPeopleOnly"),
    rules.unique_messages && say("noRepetitions"),
    !rules.links_allowed && say("noLinks"),
    isStaff && rules.delay_s > 0 && say("othersReadSLater", { seconds: rules.delay_s }),
  ].filter((part) => typeof part === "string");
  const text = parts.join(", ");
  return text && text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {number} minutes */
function followers(minutes) {
  if (minutes === 0) return say("followersOnly");
  if (minutes % 1440 === 0) return say("followersOfDOnly", { days: minutes / 1440 });
  if (minutes % 60 === 0) return say("followersOfHOnly", { hours: minutes / 60 });
  return say("followersOfMinOnly", { minutes });
}
