// @ts-check
// The room's poll: the one that is open, or the last one with its result.

/** @import { Poll } from "../types" */

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
    this.poll = poll;
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
