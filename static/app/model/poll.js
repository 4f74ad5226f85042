// @ts-check
// The room's poll: the one that is open, or the last one with its result.

/** @import { Poll, PollCounts } from "../types" */

import { Observable } from "./observable.js";

export const OPTION_COUNT = { least: 2, most: 10 };

export class PollBox extends Observable {
  /** @type {Poll | null} */
  poll = null;
  /** @type {string | null} */
  myVote = null;
  /** The option a vote is being sent for. @type {string | null} */
  votingFor = null;

  /** Whether a poll is open that this person has not voted in. */
  get isWaiting() {
    return this.poll !== null && !this.poll.is_closed && this.myVote === null;
  }

  /**
   * A room's state carries no vote of mine, an answer to me does; so a vote known stays known.
   * @param {Poll | null} poll
   */
  receive(poll) {
    if (poll?.id !== this.poll?.id) this.myVote = null;
    if (poll?.my_vote) this.myVote = poll.my_vote;
    this.poll = poll && this.poll?.id === poll.id ? withCounts(poll, this.poll.options) : poll;
    this.changed();
  }

  /** @param {PollCounts} counts those of a poll that hides them from the others */
  count({ poll_id: id, options, total_votes: total }) {
    if (this.poll?.id !== id || this.poll.is_closed) return;
    this.poll = { ...withCounts(this.poll, options, true), total_votes: total };
    this.changed();
  }

  /** @param {string} optionId */
  voting(optionId) {
    this.votingFor = optionId;
    this.changed();
  }

  /** @param {string | null} optionId the vote the server holds now, null when it refused */
  voted(optionId) {
    this.votingFor = null;
    if (optionId) this.myVote = optionId;
    this.changed();
  }
}

/**
 * A poll with the counts that somebody knows and everybody is not told.
 * @param {Poll} poll
 * @param {{ id: string, votes_count: number | null }[]} known
 * @param {boolean} [areNewer]
 * @returns {Poll}
 */
function withCounts(poll, known, areNewer = false) {
  const counts = new Map(known.map((option) => [option.id, option.votes_count]));
  const options = poll.options.map((option) => {
    const count = counts.get(option.id) ?? null;
    return areNewer || option.votes_count === null ? { ...option, votes_count: count } : option;
  });
  return { ...poll, options };
}
