// @ts-check
// Keeps the moment that is looked at in step with what the server has of it. Who drags through an hour
// asks for the moments they stop at, not for all between.

/** @import { History } from "../model/history.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Blame } from "../types-history" */
/** @import { CodeHistory } from "../wire/history.js" */
/** @import { Undo } from "./undo.js" */

import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/code.js";

/** Well within what one may ask for in a minute. */
const ASK_EVERY_MS = 250;
const PLAY_EVERY_MS = 400;
const MOMENTS_KEPT = 200;
const TEXT = {
  restored: say("theCodeIsAsIt"),
  undone: say("theCodeIsAsBefore"),
  named: (/** @type {string} */ name) => say("keptAs", { name }),
};

export class HistoryLink {
  #wire;
  #history;
  #toasts;
  #undo;
  #unsubscribe;
  #isAsking = false;
  #isDestroyed = false;
  /** What was asked for last. */
  #asked = "";
  /** Moments never change. @type {Map<string, Blame>} */
  #known = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {CodeHistory} wire
   * @param {History} history
   * @param {{ toasts: Toasts, undo: Undo }} app
   */
  constructor(wire, history, { toasts, undo }) {
    this.#wire = wire;
    this.#history = history;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#unsubscribe = history.subscribe(() => void this.#follow());
  }

  async open() {
    try {
      const [timeline, versions] = await Promise.all([
        this.#wire.timeline(),
        this.#wire.versions(),
      ]);
      this.#history.loaded(timeline, versions.items);
    } catch (error) {
      this.#history.fail(sentenceFor(error));
    }
  }

  destroy() {
    this.#isDestroyed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  /** From here to the end, or from the beginning when this is the end. */
  play() {
    const { isPlaying, index, lastIndex } = this.#history;
    clearTimeout(this.#timer);
    this.#history.update({ isPlaying: !isPlaying });
    if (isPlaying) return;
    if (index === lastIndex) this.#history.look(0);
    this.#timer = setTimeout(() => this.#playOn(), PLAY_EVERY_MS);
  }

  /** @param {number} index */
  look(index) {
    this.#stop();
    this.#history.look(index);
  }

  /** @param {string} at */
  lookAt(at) {
    this.#stop();
    this.#history.lookAt(at);
  }

  /** @param {string | null} at */
  compareWith(at) {
    this.#history.update({ comparedWith: at, differences: null });
  }

  /** An edit like any other, so it is undone by one: what stood there last is restored. */
  async restore() {
    const before = await this.#restored(this.#history.at);
    if (!before) return false;
    const run = async () => (await this.#restored(before)) && this.#toasts.note(TEXT.undone);
    this.#toasts.note(TEXT.restored, { label: say("undo"), run: () => void run(), isUndo: true });
    return true;
  }

  /**
   * @param {string} at
   * @returns {Promise<string | null>} the moment before, or null when it could not be done
   */
  async #restored(at) {
    try {
      const newest = await this.#wire.newest();
      await this.#wire.restore(at);
      return newest.id;
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
      return null;
    }
  }

  /** @param {string} name */
  async name(name) {
    const version = await this.#wire.name(name, this.#history.at);
    this.#history.update({ versions: [version, ...this.#history.versions] });
    this.#toasts.note(TEXT.named(version.name));
  }

  /** @param {string} id */
  forget(id) {
    const history = this.#history;
    const forgotten = history.versions.find((each) => each.id === id);
    if (!forgotten) return;
    history.update({ versions: history.versions.filter((each) => each !== forgotten) });
    const putBack = () => {
      const versions = [...history.versions, forgotten];
      history.update({ versions: versions.toSorted((a, b) => Number(b.id) - Number(a.id)) });
    };
    const text = say("versionForgotten", { name: forgotten.name });
    this.#undo.offer({ text, send: () => this.#wire.forget(id), putBack });
  }

  get downloadAddress() {
    return this.#wire.downloadAddress(this.#history.at);
  }

  #stop() {
    clearTimeout(this.#timer);
    if (this.#history.isPlaying) this.#history.update({ isPlaying: false });
  }

  #playOn() {
    const { index, lastIndex } = this.#history;
    this.#history.look(index + 1);
    if (index + 1 >= lastIndex) return this.#history.update({ isPlaying: false });
    this.#timer = setTimeout(() => this.#playOn(), PLAY_EVERY_MS);
  }

  /** Fetch what the moment needs that is not here; one at a time, and not too often. */
  async #follow() {
    const { state, at, comparedWith } = this.#history;
    const wanted = `${at} ${comparedWith ?? ""}`;
    if (state !== "ready" || this.#isAsking || wanted === this.#asked) return;
    this.#asked = wanted;
    this.#isAsking = true;
    const known = this.#known.has(at) && comparedWith === null;
    try {
      const blame = this.#known.get(at) ?? (await this.#wire.blame(at));
      this.#keep(at, blame);
      const differences =
        comparedWith === null ? null : await this.#wire.differences(...ordered(at, comparedWith));
      if (!this.#isDestroyed) this.#history.update({ blame, differences });
    } catch (error) {
      if (!this.#isDestroyed) this.#toasts.error(sentenceFor(error));
    }
    const next = () => {
      this.#isAsking = false;
      if (!this.#isDestroyed) void this.#follow();
    };
    if (known) next();
    else setTimeout(next, ASK_EVERY_MS);
  }

  /**
   * @param {string} at
   * @param {Blame} blame
   */
  #keep(at, blame) {
    this.#known.delete(at);
    this.#known.set(at, blame);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOMENTS_KEPT && oldest !== undefined) this.#known.delete(oldest);
  }
}

/**
 * The earlier one first: what was removed is what was there before.
 * @param {string} a
 * @param {string} b
 * @returns {[string, string]}
 */
function ordered(a, b) {
  return Number(a) <= Number(b) ? [a, b] : [b, a];
}
