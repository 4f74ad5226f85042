// @ts-check
// Keeps one's own account in step with the server while its settings are open.

/** @import { App } from "../app" */
/** @import { Loaded } from "../model/loaded.js" */
/** @import { OwnProfile } from "../types-people" */

import { load } from "./load.js";

/** @typedef {{ profile: OwnProfile, etag: string }} Own */

export class OwnAccountLink {
  #app;
  #own;

  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   */
  constructor(app, own) {
    this.#app = app;
    this.#own = own;
  }

  open() {
    return load(this.#own, () => this.#app.rest.own.see());
  }

  /**
   * Refused when the profile was changed elsewhere since it was shown.
   * @param {{ full_name: string | null, bio: string | null, skills: string[] }} change
   */
  async edit(change) {
    const etag = this.#own.value?.etag ?? "*";
    this.#own.set(await this.#app.rest.own.edit(change, etag));
  }

  /** @param {Blob} picture */
  async putAvatar(picture) {
    const { avatar_small_url } = await this.#app.rest.own.putAvatar(picture);
    await this.#avatarChanged(avatar_small_url);
  }

  async removeAvatar() {
    await this.#app.rest.own.removeAvatar();
    await this.#avatarChanged(null);
  }

  /** @param {string | null} avatar_small_url */
  async #avatarChanged(avatar_small_url) {
    const { session } = this.#app;
    if (session.user) session.set({ ...session.user, avatar_small_url });
    await this.open();
  }
}
