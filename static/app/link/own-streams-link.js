// @ts-check
// Fetches and changes the streams a streamer has beside the one on air.

/** @import { OwnStreams } from "../model/own-streams.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */

import { News } from "../model/news.js";
import { sentenceFor } from "../wire/problem.js";

export class OwnStreamsLink {
  #app;
  #own;
  /** @type {News<never>} */
  #news = new News();

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
      const asked = await this.#news.during(() =>
        Promise.all([
          rest.streams({ user, status: "live", limit: 1 }),
          rest.streams({ user, status: "scheduled", limit: 20 }),
        ]),
      );
      if (asked) this.#own.set(asked.answer[0].items, asked.answer[1].items);
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
