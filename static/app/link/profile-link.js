// @ts-check
// Keeps one profile in step with the server: follow, block and mute, shown at once.

/** @import { App } from "../app" */
/** @import { Loaded } from "../model/loaded.js" */
/** @import { Profile } from "../types-people" */
/** @import { Bond } from "../wire/people.js" */

import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/profile.js";
import { load } from "./load.js";
import { pathToSignIn } from "./post-actions.js";

export class ProfileLink {
  #app;
  #profile;
  #username;
  #isBusy = false;

  /**
   * @param {App} app
   * @param {Loaded<Profile>} profile
   * @param {string} username
   */
  constructor(app, profile, username) {
    this.#app = app;
    this.#profile = profile;
    this.#username = username;
  }

  open() {
    return load(this.#profile, () => this.#app.rest.people.see(this.#username));
  }

  toggleFollow() {
    const { value } = this.#profile;
    if (!value) return;
    const is_following = !value.is_following;
    const followers_count = value.followers_count + (is_following ? 1 : -1);
    void this.#bind("follow", is_following, { is_following, followers_count }, "");
  }

  toggleMute() {
    const { value } = this.#profile;
    if (!value) return;
    const is_muted = !value.is_muted;
    const said = is_muted ? say("mutedYouAreToldNothing") : say("noLongerMuted");
    void this.#bind("mute", is_muted, { is_muted }, said);
  }

  /** A block ends the follows of both, so the counts are asked for anew. */
  async toggleBlock() {
    const { value } = this.#profile;
    if (!value) return;
    const is_blocked = !value.is_blocked;
    const said = is_blocked ? say("blockedNeitherOfYouFinds") : say("noLongerBlocked");
    await this.#bind("block", is_blocked, { is_blocked, is_following: false }, said, () => this.open());
  }

  /**
   * @param {Bond} bond
   * @param {boolean} isOn
   * @param {Partial<Profile>} change
   * @param {string} said
   * @param {() => Promise<void>} [finish] done before another press counts
   */
  async #bind(bond, isOn, change, said, finish) {
    const { rest, session, toasts, go } = this.#app;
    if (!session.user) return go(pathToSignIn());
    const before = this.#profile.value;
    if (!before || this.#isBusy) return;
    this.#isBusy = true;
    this.#profile.change(change);
    try {
      await rest.people.bind(before.username, bond, isOn);
      if (said) toasts.note(said);
      await finish?.();
    } catch (error) {
      this.#profile.set(before);
      toasts.error(sentenceFor(error));
    }
    this.#isBusy = false;
  }
}
