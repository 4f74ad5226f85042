// @ts-check
// Who has spoken lately: the names that may be completed.

/** Who has been quiet for long is typed in full. */
const KEPT_NAMES = 200;

export class Speakers {
  /** The latest last. @type {Set<string>} */
  #names = new Set();

  /** The latest speaker first. */
  get names() {
    return [...this.#names].reverse();
  }

  /** @param {string} name */
  heard(name) {
    this.#names.delete(name);
    this.#names.add(name);
    const [oldest] = this.#names;
    if (this.#names.size > KEPT_NAMES && oldest) this.#names.delete(oldest);
  }
}
