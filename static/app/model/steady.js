// @ts-check
// Findings that last: what was found once may be a beginning, or a hiccup, and is no advice yet.

/** @template Finding */
export class Steady {
  #times;
  /** How often each was found in a row. @type {Map<Finding, number>} */
  #runs = new Map();

  /** @param {number} times how often in a row something is found before it counts */
  constructor(times) {
    this.#times = times;
  }

  /**
   * What of the newest findings lasts.
   * @param {readonly Finding[]} found
   */
  next(found) {
    this.#runs = new Map(found.map((each) => [each, (this.#runs.get(each) ?? 0) + 1]));
    return found.filter((each) => (this.#runs.get(each) ?? 0) >= this.#times);
  }

  /** Begin anew. */
  forget() {
    this.#runs.clear();
  }
}
