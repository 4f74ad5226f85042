// @ts-check
// What somebody has said and the room has not told yet, in the order in which it was said.

/** @import { Outgoing, Saying } from "./chat.js" */

export class Outbox {
  /** @type {readonly Outgoing[]} */
  items = [];

  /**
   * @param {string} clientId
   * @param {Saying} saying
   * @param {string} at
   */
  add(clientId, saying, at) {
    this.items = [...this.items, { ...saying, clientId, at, state: "pending", problem: "" }];
  }

  /**
   * @param {string | null} clientId
   * @param {Outgoing["state"]} state
   * @param {string} problem
   */
  set(clientId, state, problem = "") {
    this.items = this.items.map((item) =>
      item.clientId === clientId ? { ...item, state, problem } : item,
    );
  }

  /** @param {Set<string | null>} clientIds */
  forget(clientIds) {
    this.items = this.items.filter(({ clientId }) => !clientIds.has(clientId));
  }
}
