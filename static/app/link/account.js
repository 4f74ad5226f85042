// @ts-check
// Keeps the session model in step with the server: who is signed in, and the ways in and out.

/** @import { Rest } from "../wire/rest.js" */
/** @import { Session } from "../model/session.js" */

import { Problem } from "../wire/problem.js";

export class Account {
  #rest;
  #session;

  /**
   * @param {Rest} rest
   * @param {Session} session
   */
  constructor(rest, session) {
    this.#rest = rest;
    this.#session = session;
  }

  /** Ask who the cookie says this is. An unreachable server leaves the page signed out. */
  async load() {
    try {
      this.#session.set(await this.#rest.me());
    } catch (error) {
      this.#session.set(null);
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** @param {{ username: string, email: string, password: string }} account */
  async signUp(account) {
    this.#session.set(await this.#rest.signUp(account));
  }

  /** @param {{ login: string, password: string }} credentials */
  async signIn(credentials) {
    this.#session.set(await this.#rest.signIn(credentials));
  }

  async signOut() {
    await this.#rest.signOut();
    this.#session.set(null);
  }
}
