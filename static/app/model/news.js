// @ts-check
// What is told while an answer is on its way. An answer shows how things stood when it was made; what
// the room, or the person at this page, says meanwhile is newer and wins. Every link that asks for
// something that can also be told asks through here.

/** @template T what is told of one thing; null: it is gone */
export class News {
  /** What each question that is open has missed. @type {Set<Map<string, T | null>>} */
  #missed = new Set();
  #asked = 0;
  #answered = 0;

  /**
   * @param {string} key
   * @param {T | null} item
   */
  tell(key, item) {
    for (const told of this.#missed) told.set(key, item);
  }

  /**
   * Ask, and learn beside the answer what was told since.
   * @template A
   * @param {() => Promise<A>} ask
   * @returns {Promise<{ answer: A, told: Map<string, T | null> } | null>} null: nobody waits for it any
   *   more, for a later question was answered first, or all is over
   */
  async during(ask) {
    const turn = ++this.#asked;
    /** @type {Map<string, T | null>} */
    const told = new Map();
    this.#missed.add(told);
    try {
      const answer = await ask();
      if (turn < this.#answered) return null;
      this.#answered = turn;
      return { answer, told };
    } catch (error) {
      if (turn < this.#answered) return null;
      throw error;
    } finally {
      this.#missed.delete(told);
    }
  }

  /** Whatever is on its way comes too late. */
  close() {
    this.#answered = Infinity;
  }
}

/**
 * A list as it is by now: the answer, and over it what was told meanwhile. What is told to everybody
 * leaves out what is one person's own; the answer has that.
 * @template {{ id: string }} T
 * @param {T[]} items
 * @param {Map<string, T | null>} told
 */
export function withNews(items, told) {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const [id, item] of told) {
    if (item) byId.set(id, { ...byId.get(id), ...item });
    else byId.delete(id);
  }
  return [...byId.values()];
}
