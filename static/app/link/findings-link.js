// @ts-check
// Searches once in everything, then section by section as far as somebody wants to see.

/** @import { Page } from "../types" */
/** @import { Findings } from "../model/findings.js" */
/** @import { Section } from "../types-recognition" */
/** @import { Rest } from "../wire/rest.js" */

import { sentenceFor } from "../wire/problem.js";
import { ListingLink } from "./listing-link.js";

export class FindingsLink {
  #rest;
  #findings;
  #sections;

  /**
   * @param {Rest} rest
   * @param {Findings} findings
   */
  constructor(rest, findings) {
    this.#rest = rest;
    this.#findings = findings;
    /** @param {string | null} cursor */
    const people = async (cursor) => (await this.#page("people", cursor)).people ?? NOTHING;
    /** @param {string | null} cursor */
    const posts = async (cursor) => (await this.#page("posts", cursor)).posts ?? NOTHING;
    /** @param {string | null} cursor */
    const videos = async (cursor) => (await this.#page("videos", cursor)).videos ?? NOTHING;
    /** @param {string | null} cursor */
    const streams = async (cursor) => (await this.#page("streams", cursor)).streams ?? NOTHING;
    /** @param {string | null} cursor */
    const tags = async (cursor) => (await this.#page("tags", cursor)).tags ?? NOTHING;
    this.#sections = {
      people: new ListingLink(findings.people, people),
      posts: new ListingLink(findings.posts, posts),
      videos: new ListingLink(findings.videos, videos),
      streams: new ListingLink(findings.streams, streams),
      tags: new ListingLink(findings.tags, tags),
    };
  }

  async open() {
    const { q } = this.#findings;
    if (!q) return;
    this.#findings.loading();
    try {
      this.#findings.set(await this.#rest.search.find(q));
    } catch (error) {
      this.#findings.fail(sentenceFor(error));
    }
  }

  /** @param {Section} section */
  more(section) {
    void this.#sections[section].more();
  }

  /**
   * @param {Section} type
   * @param {string | null} cursor
   */
  #page(type, cursor) {
    return this.#rest.search.find(this.#findings.q, { type, cursor });
  }
}

/** @type {Page<never>} */
const NOTHING = { items: [], next: null };
