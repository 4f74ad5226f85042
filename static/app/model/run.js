// @ts-check
// A run of the code that is open: what it has said so far, and whether it goes on.

import { Observable } from "./observable.js";

/**
 * @typedef {object} OutputLine
 * @property {"log" | "warn" | "error" | "note"} level
 * @property {string} text
 * @property {string} place where in the code, such as "main.js:3"; empty when nobody knows
 * @property {number} line 0 when nobody knows
 */

/** Past this a run is stopped: whatever says so much is not meant to be read. */
export const LINES_LIMIT = 3_000;
const TEXT_LIMIT = 4_100;

export class Run extends Observable {
  /** @type {"idle" | "running" | "done" | "stopped"} */
  state = "idle";
  /** @type {OutputLine[]} */
  lines = [];
  /** Rises when `lines` begins anew. */
  generation = 0;

  begin() {
    this.state = "running";
    this.clear();
  }

  clear() {
    this.lines = [];
    this.generation += 1;
    this.changed();
  }

  /** @param {Run["state"]} state */
  end(state) {
    if (this.state !== "running") return;
    this.state = state;
    this.changed();
  }

  get isFull() {
    return this.lines.length >= LINES_LIMIT;
  }

  /**
   * What the sandbox says: made by code that nobody vouches for, so nothing is taken as it comes.
   * @param {unknown} message
   */
  hear(message) {
    if (typeof message !== "object" || message === null) return;
    const { kind, level, text, file, line } = /** @type {Record<string, unknown>} */ (message);
    if (kind === "clear") return this.clear();
    if (kind === "done") return this.end("done");
    if (kind !== "log" || typeof text !== "string") return;
    const isPlaced = typeof file === "string" && Number.isInteger(line);
    this.say({
      level: level === "warn" || level === "error" ? level : "log",
      text: text.slice(0, TEXT_LIMIT),
      place: isPlaced ? `${file.slice(0, 100)}:${line}` : "",
      line: isPlaced ? Number(line) : 0,
    });
  }

  /** @param {OutputLine} line */
  say(line) {
    if (this.isFull) return;
    this.lines.push(line);
    this.changed();
  }
}
