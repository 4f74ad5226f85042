// @ts-check
// The past of a code session, and the moment of it that this page looks at.

/** @import { Blame, Differences, Timeline, Version } from "../types-history" */

import { Observable } from "./observable.js";

export const BEGINNING = "0";

export class History extends Observable {
  /** @type {"loading" | "ready" | "failed"} */
  state = "loading";
  problem = "";
  /** @type {Timeline | null} */
  timeline = null;
  /** @type {Version[]} */
  versions = [];
  /** Which step is looked at, 0 for the empty beginning. */
  index = 0;
  /** The moment looked at: of the step, or a version's own. */
  at = BEGINNING;
  /** What stood there; of the moment before while the next is fetched. @type {Blame | null} */
  blame = null;
  /** What the moment is compared with, if with anything. @type {string | null} */
  comparedWith = null;
  /** @type {Differences | null} */
  differences = null;
  isPlaying = false;

  /**
   * @param {Timeline} timeline
   * @param {Version[]} versions
   */
  loaded(timeline, versions) {
    this.timeline = timeline;
    this.versions = versions;
    this.state = "ready";
    this.look(timeline.steps.length);
  }

  /** @param {string} problem */
  fail(problem) {
    this.state = "failed";
    this.problem = problem;
    this.changed();
  }

  get lastIndex() {
    return this.timeline?.steps.length ?? 0;
  }

  /**
   * Look at the end of a step.
   * @param {number} index
   */
  look(index) {
    this.index = Math.min(Math.max(index, 0), this.lastIndex);
    this.at = this.timeline?.steps[this.index - 1]?.last_id ?? BEGINNING;
    this.changed();
  }

  /**
   * Look at a moment between the steps.
   * @param {string} at
   */
  lookAt(at) {
    const steps = this.timeline?.steps ?? [];
    // Ids are longer than a number holds exactly only after longer than anybody streams.
    const step = steps.findIndex((each) => Number(each.last_id) >= Number(at));
    this.index = step < 0 ? steps.length : step + 1;
    this.at = at;
    this.changed();
  }

  /** @param {Partial<Pick<History, "blame" | "comparedWith" | "differences" | "isPlaying" | "versions">>} news */
  update(news) {
    Object.assign(this, news);
    this.changed();
  }
}
