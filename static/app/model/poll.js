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
   * A room's state carries no vote of mine, an answer to me does; so a vote known stays known. What
   * comes late, of a poll before this one or from before it was closed, changes nothing.
   * @param {Poll} poll
   */
  receive(poll) {
    const known = this.poll;
    if (known && isOlder(poll, known)) return;
    if (poll.id !== known?.id) {
      this.myVote = null;
      this.votingFor = null;
    }
    if (poll.my_vote) this.myVote = poll.my_vote;
    this.poll = known?.id === poll.id ? withCounts(poll, known.options) : poll;
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

  /**
   * @param {string} pollId another one may have been opened meanwhile
   * @param {string | null} optionId the vote the server holds now, null when it refused
   */
  voted(pollId, optionId) {
    if (this.poll?.id !== pollId) return;
    this.votingFor = null;
    if (optionId) this.myVote = optionId;
    this.changed();
  }
}

/**
 * Polls are numbered in their order, and one that is closed is not opened again.
 * @param {Poll} poll
 * @param {Poll} known
 */
function isOlder(poll, known) {
  if (poll.id === known.id) return known.is_closed && !poll.is_closed;
  return BigInt(poll.id) < BigInt(known.id);
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
