// @ts-check
// What a search found: a listing for each section.

/** @import { Found, FoundPerson, FoundPost, FoundStream, FoundTag, FoundVideo } from "../types-recognition" */

import { Listing } from "./listing.js";
import { Observable } from "./observable.js";

export class Findings extends Observable {
  /** @type {"idle" | "loading" | "ready" | "failed"} */
  state;
  problem = "";
  /** @type {Listing<FoundStream>} */
  streams = new Listing();
  /** @type {Listing<FoundPerson>} */
  people = new Listing();
  /** @type {Listing<FoundTag>} */
  tags = new Listing();
  /** @type {Listing<FoundPost>} */
  posts = new Listing();
  /** @type {Listing<FoundVideo>} */
  videos = new Listing();

  /** @param {string} q */
  constructor(q) {
    super();
    this.q = q;
    this.state = q ? "loading" : "idle";
  }

  get isEmpty() {
    const { streams, people, tags, posts, videos } = this;
    return [streams, people, tags, posts, videos].every(({ items }) => items.length === 0);
  }

  loading() {
    this.state = "loading";
    this.changed();
  }

  /** @param {Found} found */
  set({ streams, people, tags, posts, videos }) {
    this.state = "ready";
    if (streams) this.streams.add(streams.items, streams.next);
    if (people) this.people.add(people.items, people.next);
    if (tags) this.tags.add(tags.items, tags.next);
    if (posts) this.posts.add(posts.items, posts.next);
    if (videos) this.videos.add(videos.items, videos.next);
    this.changed();
  }

  /** @param {string} problem */
  fail(problem) {
    this.state = "failed";
    this.problem = problem;
    this.changed();
  }
}
