// @ts-check
// Keeps a room's stage in step with the server, and asks people onto it and off.

/** @import { Room } from "../model/room.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { StageState, StageGuestNews } from "../types-stage" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { SiteSocket } from "../wire/socket.js" */

import { Problem, sentenceFor } from "../wire/problem.js";
import { StageResource } from "../wire/stage.js";

export class StageLink {
  #room;
  #session;
  #toasts;
  #resource;
  #undo;

  /**
   * @param {{ rest: Rest, socket: SiteSocket, toasts: Toasts, session: Session }} app
   * @param {Room} room
   */
  constructor({ rest, socket, toasts, session }, room) {
    this.#room = room;
    this.#session = session;
    this.#toasts = toasts;
    this.#resource = new StageResource(rest, room.streamId);
    const { stage, streamId } = room;
    this.#undo = [
      socket.listen("stage:state", (/** @type {StageState} */ state) => {
        if (state.stream_id === streamId) stage.receive(state);
      }),
      socket.listen("stage:guest", (/** @type {StageGuestNews} */ news) => {
        if (news.stream_id === streamId) stage.hear(news);
      }),
    ];
  }

  destroy() {
    for (const undo of this.#undo) undo();
  }

  /**
   * The room was joined. Who asks or is invited is told only to those whom it concerns, so whoever is
   * signed in asks.
   */
  async joined() {
    const { stage, stream } = this.#room;
    if (!this.#session.user || stream?.status === "ended") return;
    const { asked } = stage;
    try {
      stage.loaded(await this.#resource.read(), asked);
    } catch (error) {
      // What is on stage came with the join; the rest is told when it changes.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /**
   * By the streamer: invite, or accept who asked. By oneself: ask, or accept an invitation.
   * @param {string} username
   */
  async admit(username) {
    const { user, status } = await this.#resource.admit(username);
    this.#room.stage.hear({ stream_id: this.#room.streamId, user, status });
    return status;
  }

  /**
   * As `admit`, for where there is no better place to say what went wrong.
   * @param {string} username
   */
  async tryAdmit(username) {
    try {
      return await this.admit(username);
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
      return null;
    }
  }

  /**
   * By the streamer: remove or decline. By oneself: leave, decline, or ask no more.
   * @param {{ id: string, username: string }} user
   */
  async dismiss(user) {
    try {
      await this.#resource.dismiss(user.username).catch((error) => {
        // They left at the same moment.
        if (!(error instanceof Problem && error.status === 404)) throw error;
      });
      this.#room.stage.hear({ stream_id: this.#room.streamId, user, status: null });
      return true;
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
      return false;
    }
  }
}
