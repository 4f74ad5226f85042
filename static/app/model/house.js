// @ts-check
// The house rules as they hold for this person in this room: what to show beside the line to write in.

/** @import { BanState, HeldMessage, HouseRules, Standing } from "../types-house" */
/** @import { Message } from "../types" */

import { Observable } from "./observable.js";

/** @type {HouseRules} */
const NONE = {
  slow_mode_s: 0,
  followers_only_minutes: null,
  signed_in_only: false,
  unique_messages: false,
  links_allowed: true,
  delay_s: 0,
};

export class House extends Observable {
  rules = NONE;
  isStaff = false;
  /** @type {BanState | null} */
  ban = null;
  /** Until when this person waits, on this page's clock; 0: they need not. */
  waitsUntilMs = 0;
  /** What the staff reads before the others. @type {Message[]} */
  upcoming = [];
  /** What waits for the staff. @type {HeldMessage[]} */
  held = [];

  /** @param {{ rules?: HouseRules, standing?: Standing, upcoming?: Message[] }} joined */
  joined({ rules, standing, upcoming }) {
    if (rules) this.rules = rules;
    if (standing) this.#stand(standing);
    this.upcoming = upcoming ?? [];
    this.changed();
  }

  /** @param {HouseRules} rules */
  setRules(rules) {
    this.rules = rules;
    if (!rules.slow_mode_s) this.waitsUntilMs = 0;
    this.changed();
  }

  /** @param {Standing} standing */
  setStanding(standing) {
    this.#stand(standing);
    this.changed();
  }

  /** A time-out that is over, by this page's clock, is none. @param {number} nowMs */
  banNow(nowMs) {
    const { ban } = this;
    return ban?.until && Date.parse(ban.until) <= nowMs ? null : ban;
  }

  /** @param {number} nowMs */
  spoke(nowMs) {
    if (this.isStaff || !this.rules.slow_mode_s) return;
    this.waitsUntilMs = nowMs + this.rules.slow_mode_s * 1000;
    this.changed();
  }

  /**
   * @param {number} retryAfterS
   * @param {number} nowMs
   */
  mustWait(retryAfterS, nowMs) {
    this.waitsUntilMs = nowMs + retryAfterS * 1000;
    this.changed();
  }

  /** @param {Message[]} messages */
  coming(messages) {
    this.upcoming = [...this.upcoming, ...messages];
    this.changed();
  }

  /** @param {string} id of a message that the others will not read */
  withdraw(id) {
    this.upcoming = this.upcoming.filter((message) => message.id !== id);
    this.changed();
  }

  /** @param {number} lastSeq what everybody has been told */
  told(lastSeq) {
    if (!this.upcoming.some((message) => message.seq <= lastSeq)) return;
    this.upcoming = this.upcoming.filter((message) => message.seq > lastSeq);
    this.changed();
  }

  /** @param {HeldMessage[]} held */
  setHeld(held) {
    this.held = held;
    this.changed();
  }

  /** @param {HeldMessage} message */
  hold(message) {
    this.setHeld([...this.held.filter(({ id }) => id !== message.id), message]);
  }

  /** @param {string} id */
  decided(id) {
    this.setHeld(this.held.filter((message) => message.id !== id));
  }

  /** @param {Standing} standing */
  #stand({ is_staff: isStaff, ban }) {
    this.isStaff = isStaff;
    this.ban = ban;
    if (isStaff) this.waitsUntilMs = 0;
    else this.held = [];
  }
}
