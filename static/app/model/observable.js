// @ts-check
// What every model is: plain state that tells its watchers when it has changed.

export class Observable {
  /** @type {Set<() => void>} */
  #watchers = new Set();
  #isTelling = false;

  /**
   * @param {() => void} watcher
   * @returns {() => void} unsubscribe
   */
  subscribe(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Tell the watchers once, after the running task: several changes are one rendering. */
  changed() {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const watcher of [...this.#watchers]) watcher();
    });
  }
}
