// @ts-check
// Passes single things on to whoever listens; keeps none of them.

/** @template T */
export class Signal {
  /** @type {Set<(value: T) => void>} */
  #listeners = new Set();

  /**
   * @param {(value: T) => void} listener
   * @returns {() => void} unsubscribe
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {T} value */
  tell(value) {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
