// @ts-check
// The time until a moment, counting down; and what to do when it has come.

import { say } from "../../words/challenges.js";
import { h, setText } from "../kit/dom.js";
import { formatRemaining } from "../kit/format.js";
import { View } from "../kit/view.js";

const TICK_MS = 1_000;
// Clocks differ a little: a moment later the server agrees that it has come.
const GRACE_MS = 1_500;
// If the server does not agree yet, this computer's clock is ahead of it.
const TELL_AGAIN_MS = 15_000;

export class Countdown extends View {
  #until;
  #reached;
  #tellAt;

  /**
   * @param {string} until
   * @param {() => void} [reached]
   */
  constructor(until, reached = () => {}) {
    super(h("span", { class: "countdown", role: "timer", "aria-live": "off" }));
    this.#until = Date.parse(until);
    this.#reached = reached;
    const now = Date.now();
    this.#tellAt = this.#until > now ? this.#until + GRACE_MS : now + TELL_AGAIN_MS;
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.whenDestroyed(() => clearInterval(timer));
    this.#tick();
  }

  #tick() {
    const now = Date.now();
    setText(this.element, formatRemaining(Math.max(0, this.#until - now)));
    if (now < this.#tellAt) return;
    this.#tellAt = now + TELL_AGAIN_MS;
    this.#reached();
  }
}

/**
 * What a challenge counts down to; null when it is over.
 * @param {{ status: string, start_date: string, end_date: string }} challenge
 * @returns {{ label: string, until: string } | null}
 */
export function nextMoment({ status, start_date, end_date }) {
  if (status === "upcoming") return { label: say("startsIn"), until: start_date };
  if (status === "active") return { label: say("timeLeft"), until: end_date };
  return null;
}
