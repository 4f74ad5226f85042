// @ts-check
// A stream's stage as the server tells it: whose pictures there are, and who is, or wants to be, a guest.

/** @import { Feed, GuestStatus, StageAnswer, StageGuest, StageGuestNews, StageState } from "../types-stage" */

import { Observable } from "./observable.js";
import { Signal } from "./signal.js";

const DEFAULT_CAPACITY = 6;

export class Stage extends Observable {
  /** Below every version that a server gives. */
  version = -1;
  /** @type {Feed[]} */
  feeds = [];
  /** By the person's id; beside those on stage only the guests that this person may know of. @type {Map<string, StageGuest>} */
  #guests = new Map();
  capacity = DEFAULT_CAPACITY;
  /** The streamer, whose first picture is the one that everybody sees. */
  ownerId = "";
  /** Which feed the room's main player shows; null until the stage is known. @type {string | null} */
  mainId = null;
  /** The order in which feeds began, for whoever wants the newest. @type {Map<string, number>} */
  #begun = new Map();
  #beginnings = 0;
  /** Something was heard about a guest; an answer that was on its way then is older. */
  #news = 0;
  /** A guest came, went or asks. @type {Signal<StageGuestNews>} */
  guestTold = new Signal();

  /** @returns {StageGuest[]} */
  get guests() {
    return [...this.#guests.values()];
  }

  /** @returns {Feed | null} */
  get main() {
    return this.feeds.find(({ id }) => id === this.mainId) ?? null;
  }

  /**
   * How to ask for the main player's feed: null where the server gives it without being asked, so that
   * a stream of one feed is asked for as ever.
   */
  get mainQuery() {
    const own = this.feeds.filter(({ user }) => user.id === this.ownerId);
    return this.mainId === null || this.mainId === firstOf(own)?.id ? null : this.mainId;
  }

  /** @param {string} userId @returns {GuestStatus | null} */
  statusOf(userId) {
    return this.#guests.get(userId)?.status ?? null;
  }

  /** @param {string} feedId greater for a feed that began later */
  begunAt(feedId) {
    return this.#begun.get(feedId) ?? 0;
  }

  /** @param {StageState} state */
  receive({ version, feeds, guests }) {
    if (version < this.version) return;
    this.version = version;
    this.#setFeeds(feeds);
    const accepted = new Set(guests.map(({ user }) => user.id));
    for (const [id, { status }] of this.#guests)
      if (status === "accepted" && !accepted.has(id)) this.#guests.delete(id);
    for (const guest of guests) this.#guests.set(guest.user.id, guest);
    this.changed();
  }

  /** To be given back with the answer: what is told meanwhile is newer. */
  get asked() {
    return this.#news;
  }

  /**
   * @param {StageAnswer} answer
   * @param {number} asked
   */
  loaded({ version, feeds, guests, capacity }, asked) {
    this.capacity = capacity;
    if (version >= this.version) {
      this.version = version;
      this.#setFeeds(feeds);
      if (asked === this.#news)
        this.#guests = new Map(guests.map((guest) => [guest.user.id, guest]));
    }
    this.changed();
  }

  /** @param {StageGuestNews} news */
  hear(news) {
    this.#news += 1;
    const { user, status } = news;
    // What this page did itself is told by its answer, and once more by the room.
    if (this.statusOf(user.id) === status) return;
    if (status === null) this.#guests.delete(user.id);
    else this.#guests.set(user.id, { user, status, at: new Date().toISOString() });
    this.changed();
    this.guestTold.tell(news);
  }

  /** @param {Feed[]} feeds */
  #setFeeds(feeds) {
    const before = new Set(this.feeds.filter(({ publishing }) => publishing).map(({ id }) => id));
    this.feeds = feeds.toSorted((a, b) => Number(a.id) - Number(b.id));
    for (const { id, publishing } of this.feeds)
      if (publishing && !before.has(id)) this.#begun.set(id, ++this.#beginnings);
    this.mainId = this.#chooseMain()?.id ?? null;
  }

  /** The main player stays where it is as long as something comes from there: a change costs a session. */
  #chooseMain() {
    const own = this.feeds.filter(({ user }) => user.id === this.ownerId);
    const current = own.find(({ id }) => id === this.mainId);
    if (current?.publishing) return current;
    const first = firstOf(own);
    return first?.publishing ? first : (current ?? first);
  }
}

/**
 * What the server gives when no feed is named: the camera, or the screen when only that is there.
 * @param {Feed[]} own
 */
function firstOf(own) {
  const camera = own.find(({ kind }) => kind === "camera");
  const screen = own.find(({ kind, publishing }) => kind === "screen" && publishing);
  return camera?.publishing ? camera : (screen ?? camera ?? own[0]);
}
