// @ts-check
// Tells the server how a picture plays: only the player sees when it stands still.

/** @import { PlayerNumbers } from "./statistics.js" */

/** Freezes are told late rather than often: they help who runs the node, not who watches. */
const TELL_EVERY_MS = 15_000;

export class PlaybackReport {
  #toldAt = -TELL_EVERY_MS;
  #freezes = 0;

  /**
   * Tell what is new, if there is anything; one that is lost is part of the next.
   * @param {string} sessionUrl
   * @param {PlayerNumbers} numbers
   */
  tell(sessionUrl, { freezes, frozenMs }) {
    const now = performance.now();
    if (freezes === this.#freezes || now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#freezes = freezes;
    const body = JSON.stringify({ freezes, frozen_ms: frozenMs });
    const headers = { "Content-Type": "application/json" };
    void fetch(`${sessionUrl}/playback`, { method: "POST", headers, body }).catch(() => null);
  }
}
