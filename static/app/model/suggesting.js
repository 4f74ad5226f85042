// @ts-check
// A search that is being typed: what it could be, and which of that the keyboard stands on.

/** @import { Suggested } from "../types-recognition" */
/** @import { User } from "../types" */

import { Observable } from "./observable.js";

/**
 * @typedef {object} Choice
 * @property {"search" | "person" | "tag"} kind
 * @property {string} text
 * @property {string} path
 * @property {User} [user]
 */

export class Suggesting extends Observable {
  typed = "";
  /** @type {Choice[]} */
  choices = [];
  /** The choice that Enter takes; -1: what was typed. */
  active = -1;
  isOpen = false;

  /** @param {string} typed */
  type(typed) {
    this.typed = typed;
    this.active = -1;
    // What fitted before may not fit any more; the search itself always does.
    this.choices = typed.trim() ? [searchFor(typed.trim())] : [];
    this.isOpen = this.choices.length > 0;
    this.changed();
  }

  /**
   * @param {string} typed what the suggestions are for
   * @param {Suggested} suggested
   */
  suggest(typed, { people, tags }) {
    if (typed !== this.typed.trim()) return;
    this.choices = [
      searchFor(typed),
      ...people.map((user) => personChoice(user)),
      ...tags.map((name) => tagChoice(name)),
    ];
    this.changed();
  }

  /** @param {1 | -1} step */
  move(step) {
    if (this.choices.length === 0) return;
    this.isOpen = true;
    // One place more than choices: the text itself, between the last and the first.
    const places = this.choices.length + 1;
    this.active = ((this.active + 1 + step + places) % places) - 1;
    this.changed();
  }

  close() {
    this.isOpen = false;
    this.active = -1;
    this.changed();
  }
}

/** @param {string} q */
export function searchPath(q) {
  return `/search?${new URLSearchParams({ q })}`;
}

/**
 * @param {string} q
 * @returns {Choice}
 */
function searchFor(q) {
  return { kind: "search", text: q, path: searchPath(q) };
}

/**
 * @param {User} user
 * @returns {Choice}
 */
function personChoice(user) {
  const path = `/users/${encodeURIComponent(user.username)}`;
  return { kind: "person", text: user.username, path, user };
}

/**
 * @param {string} name
 * @returns {Choice}
 */
function tagChoice(name) {
  return { kind: "tag", text: name, path: `/tags/${encodeURIComponent(name)}` };
}
