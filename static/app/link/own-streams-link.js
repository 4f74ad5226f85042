// @ts-check
// Fetches and changes the streams a streamer has beside the one on air.

/** @import { OwnStreams } from "../model/own-streams.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */

import { sentenceFor } from "../wire/problem.js";

export class OwnStreamsLink {
  #app;
  #own;

  /**
   * @param {{ rest: Rest, session: Session, toasts: Toasts }} app
   * @param {OwnStreams} own
   */
  constructor(app, own) {
    this.#app = app;
    this.#own = own;
  }

  async refresh() {
    const { rest, session, toasts } = this.#app;
    const user = session.user?.username;
    if (!user) return;
    try {
      const [live, scheduled] = await Promise.all([
        rest.streams({ user, status: "live", limit: 1 }),
        rest.streams({ user, status: "scheduled", limit: 20 }),
      ]);
      this.#own.set(live.items, scheduled.items);
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  }

  /** @param {{ title: string, description?: string, scheduled_at: string }} stream */
  async announce(stream) {
    await this.#app.rest.createStream(stream);
    await this.refresh();
  }

  /** @param {string} id */
  async end(id) {
    try {
      await this.#app.rest.endStream(id);
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
    await this.refresh();
  }
}
