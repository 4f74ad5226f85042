// @ts-check
// One's own account over REST: profile, picture, sessions, e-mail, second factor, its end.

/** @import { Page } from "../types" */
/** @import { OwnProfile, SignInPlace } from "../types-people" */
/** @import { Rest } from "./rest.js" */

import { query } from "./query.js";

/** @typedef {{ password: string, otp?: string }} Proof that this is the owner */

export class OwnAccount {
  #rest;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  /** @returns {Promise<{ profile: OwnProfile, etag: string }>} */
  async see() {
    return withEtag(await this.#rest.exchange("GET", "/users/me"));
  }

  /**
   * @param {{ full_name: string | null, bio: string | null, skills: string[] }} change
   * @param {string} etag of the profile that was edited
   * @returns {Promise<{ profile: OwnProfile, etag: string }>}
   */
  async edit(change, etag) {
    return withEtag(
      await this.#rest.exchange("PATCH", "/users/me", change, { "If-Match": etag }),
    );
  }

  /**
   * @param {Blob} picture
   * @returns {Promise<{ avatar_url: string, avatar_small_url: string }>}
   */
  putAvatar(picture) {
    return this.#rest.send("PUT", "/users/me/avatar", picture);
  }

  removeAvatar() {
    return this.#rest.send("DELETE", "/users/me/avatar");
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Page<SignInPlace>>}
   */
  sessions(cursor) {
    return this.#rest.send("GET", `/users/me/sessions${query({ cursor })}`);
  }

  /** @param {string} id */
  endSession(id) {
    return this.#rest.send("DELETE", `/users/me/sessions/${id}`);
  }

  endOtherSessions() {
    return this.#rest.send("DELETE", "/users/me/sessions");
  }

  /** @param {{ email: string } & Proof} change */
  changeEmail(change) {
    return this.#rest.send("PUT", "/users/me/email", change);
  }

  sendVerificationAgain() {
    return this.#rest.send("POST", "/users/me/email/verification");
  }

  /** @param {string} token */
  verifyEmail(token) {
    return this.#rest.send("POST", "/email-verifications/redeem", { token });
  }

  /** @param {string} login */
  forgotPassword(login) {
    return this.#rest.send("POST", "/password-resets", { login });
  }

  /** @param {{ token: string, password: string }} reset */
  resetPassword(reset) {
    return this.#rest.send("POST", "/password-resets/redeem", reset);
  }

  /** @returns {Promise<{ is_enabled: boolean, recovery_codes_left: number }>} */
  secondFactor() {
    return this.#rest.send("GET", "/users/me/second-factor");
  }

  /**
   * @param {Proof} proof
   * @returns {Promise<{ secret: string, uri: string }>}
   */
  beginSecondFactor(proof) {
    return this.#rest.send("POST", "/users/me/second-factor", proof);
  }

  /**
   * @param {string} otp
   * @returns {Promise<{ recovery_codes: string[] }>}
   */
  confirmSecondFactor(otp) {
    return this.#rest.send("POST", "/users/me/second-factor/confirm", { otp });
  }

  /**
   * @param {Proof} proof
   * @returns {Promise<{ recovery_codes: string[] }>}
   */
  renewRecoveryCodes(proof) {
    return this.#rest.send("POST", "/users/me/second-factor/recovery-codes", proof);
  }

  /** @param {Proof} proof */
  endSecondFactor(proof) {
    return this.#rest.send("DELETE", "/users/me/second-factor", proof);
  }

  /** @param {Proof & { content: "keep" | "delete" }} end */
  deleteAccount(end) {
    return this.#rest.send("DELETE", "/users/me", end);
  }
}

/** @param {Response} response */
async function withEtag(response) {
  return { profile: await response.json(), etag: response.headers.get("ETag") ?? "*" };
}
