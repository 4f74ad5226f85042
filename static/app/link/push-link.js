// @ts-check
// Subscribes this browser to push, and keeps the server and the worker in step with it.

/** @import { Push } from "../model/push.js" */
/** @import { Notifications } from "../wire/notifications.js" */

import { sentenceFor } from "../wire/problem.js";
import {
  canBePushedTo,
  currentSubscription,
  leaveWords,
  register,
  subscribe,
} from "../wire/service-worker.js";

export class PushLink {
  #notifications;
  #push;
  #words;

  /**
   * @param {Notifications} notifications
   * @param {Push} push
   * @param {{ shown: () => Record<string, string>, noAddress: () => string }} words
   */
  constructor(notifications, push, words) {
    this.#notifications = notifications;
    this.#push = push;
    this.#words = words;
  }

  /** Look how it stands: in the browser, and with the server. */
  async look() {
    if (!canBePushedTo()) return this.#push.set({ state: "impossible" });
    if (Notification.permission === "denied") return this.#push.set({ state: "blocked" });
    try {
      const { is_subscribed: isKnown } = await this.#notifications.push();
      const isOn = isKnown && (await currentSubscription()) !== null;
      if (isOn) await leaveWords(this.#words.shown());
      this.#push.set({ state: isOn ? "on" : "off" });
    } catch (error) {
      this.#push.set({ state: "off", problem: sentenceFor(error) });
    }
  }

  /** @param {boolean} isWanted */
  async turn(isWanted) {
    this.#push.set({ isBusy: true, problem: "" });
    try {
      if (isWanted) await this.#turnOn();
      else await this.#turnOff();
    } catch (error) {
      const problem = error instanceof DOMException ? this.#words.noAddress() : sentenceFor(error);
      this.#push.set({ problem });
    }
    this.#push.set({ isBusy: false });
  }

  async #turnOn() {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") {
      return this.#push.set({ state: permission === "denied" ? "blocked" : "off" });
    }
    await register();
    const { public_key: key } = await this.#notifications.push();
    const subscription = await subscribe(key);
    await leaveWords(this.#words.shown());
    await this.#notifications.subscribePush(subscription.toJSON());
    this.#push.set({ state: "on" });
  }

  async #turnOff() {
    await this.#notifications.unsubscribePush();
    this.#push.set({ state: "off" });
    await (await currentSubscription())?.unsubscribe();
  }
}
