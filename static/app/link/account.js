// @ts-check
// Keeps the session model in step with the server: who is signed in, and the ways in and out.

/** @import { Me } from "../types" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Session } from "../model/session.js" */

import { Problem } from "../wire/problem.js";

const LOAD_TRIES = 4;
const LOAD_AGAIN_MS = 800;

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

  /**
   * Ask who the cookie says this is. A server that stays away leaves the page signed out.
   * @param {{ isGuest: boolean }} page what the server said with it: without a cookie there is
   *   nothing to ask
   */
  async load({ isGuest }) {
    if (isGuest) this.#session.set(null);
    for (let tries = 1; this.#session.state === "loading"; tries++) {
      try {
        this.#session.set(await this.#rest.me());
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // A server that is just starting must not sign anybody out of a running broadcast.
        if (!error.isTransient || tries === LOAD_TRIES) this.#session.set(null);
        else await new Promise((resolve) => setTimeout(resolve, LOAD_AGAIN_MS));
      }
    }
  }

  /** @param {{ username: string, email: string, password: string }} account */
  async signUp(account) {
    await this.#welcome(await this.#rest.signUp(account));
  }

  /** @param {{ login: string, password: string }} credentials */
  async signIn(credentials) {
    await this.#welcome(await this.#rest.signIn(credentials));
  }

  /** @param {{ challenge: string, otp: string }} proof */
  async signInSecondStep(proof) {
    await this.#welcome(await this.#rest.signInSecondStep(proof));
  }

  /** @param {{ current_password: string, password: string, otp?: string }} change */
  async changePassword(change) {
    await this.#welcome(await this.#rest.changePassword(change));
  }

  /** The account has ended, or every session has: nobody is signed in any more. */
  forget() {
    this.#session.set(null);
  }

  async signOut() {
    await this.#rest.signOut();
    this.#session.set(null);
  }

  /**
   * Signing in tells neither the address nor the picture; they are worth a question, not a failure.
   * @param {Me} me
   */
  async #welcome(me) {
    this.#session.set(await this.#rest.me().catch(() => me));
  }
}
