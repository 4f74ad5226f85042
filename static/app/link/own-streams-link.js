// @ts-check
// Fetches and changes the streams a streamer has beside the one on air.

/** @import { OwnStreams } from "../model/own-streams.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Stream } from "../types" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Undo } from "./undo.js" */

import { News } from "../model/news.js";
import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/studio.js";

export class OwnStreamsLink {
  #app;
  #own;
  /** @type {News<never>} */
  #news = new News();

  /**
   * @param {{ rest: Rest, session: Session, toasts: Toasts, undo: Undo }} app
   * @param {OwnStreams} own
   */
  constructor(app, own) {
    this.#app = app;
    this.#own = own;
  }

  async refresh() {
    const { rest, session, toasts, undo } = this.#app;
    const user = session.user?.username;
    if (!user) return;
    try {
      const asked = await this.#news.during(() =>
        Promise.all([
          rest.streams({ user, status: "live", limit: 1 }),
          rest.streams({ user, status: "scheduled", limit: 20 }),
        ]),
      );
      if (!asked) return;
      const [live, announced] = asked.answer.map(({ items }) => items.filter(({ id }) => !undo.hides(placeOf(id))));
      this.#own.set(live ?? [], announced ?? []);
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  }

  /** @param {{ title: string, description?: string, scheduled_at: string }} stream */
  async announce(stream) {
    await this.#app.rest.createStream(stream);
    await this.refresh();
  }

  /** Whoever looks forward to it, or watches it, hears of it when there is no way back. @param {Stream} stream */
  end({ id, title, status }) {
    const isLive = status === "live";
    this.#app.undo.offer({
      text: isLive ? say("isAboutToEnd", { title }) : say("isCancelled", { title }),
      now: isLive ? say("endNow") : "",
      hides: placeOf(id),
      send: () => this.#app.rest.endStream(id),
      putBack: () => void this.refresh(),
    });
    this.#own.drop(id);
  }
}

/** @param {string} id */
function placeOf(id) {
  return `streams/${id}`;
}
