// @ts-check
// Keeps a room's questions in step with the server, and sends what is asked, wanted and answered.

/** @import { Room } from "../model/room.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { ViewerQuestion } from "../types-questions" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { SiteSocket } from "../wire/socket.js" */

import { News, withNews } from "../model/news.js";
import { query } from "../wire/query.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { say } from "../words/room.js";

const LISTED = 100;

export class QuestionsLink {
  #rest;
  #toasts;
  #room;
  #request;
  #undo;
  /** @type {News<ViewerQuestion>} */
  #news = new News();

  /**
   * @param {{ rest: Rest, socket: SiteSocket, toasts: Toasts }} app
   * @param {Room} room
   * @param {(event: string, payload: object) => Promise<any>} request
   */
  constructor({ rest, socket, toasts }, room, request) {
    this.#rest = rest;
    this.#toasts = toasts;
    this.#room = room;
    this.#request = request;
    this.#undo = socket.listen("question:state", (question) => {
      if (question.stream_id === room.streamId) this.#receive(question);
    });
  }

  destroy() {
    this.#undo();
    this.#news.close();
  }

  /** The room was joined: what was asked meanwhile is read again. */
  async joined() {
    try {
      const asked = await this.#news.during(() =>
        Promise.all([this.#list("open"), this.#list("answered")]),
      );
      if (asked) this.#room.questions.loaded(withNews(asked.answer.flat(), asked.told));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#room.questions.failed();
    }
  }

  /**
   * @param {string} content
   * @param {string} clientId the same when it is sent again
   */
  async ask(content, clientId) {
    const { question } = await this.#send("question:ask", { content, client_id: clientId });
    this.#receive(question);
  }

  /** @param {string} id */
  async vote(id) {
    const { questions } = this.#room;
    const on = !questions.isMine(id);
    questions.voting(id, on);
    try {
      this.#receive((await this.#send("question:vote", { id, on })).question);
    } catch (error) {
      questions.voting(id, !on);
      this.#toasts.error(sentenceFor(error));
    }
  }

  /**
   * @param {ViewerQuestion} question
   * @param {ViewerQuestion["status"]} status
   */
  async resolve({ id, status: before }, status) {
    const change = (/** @type {ViewerQuestion["status"]} */ to) =>
      this.#change("question:resolve", { id, status: to });
    if (!(await change(status)) || status === "open") return;
    this.#toasts.note(status === "answered" ? say("markedAsAnswered") : say("questionDismissed"), {
      label: say("undo"),
      run: () => void change(before),
    });
  }

  /** @param {ViewerQuestion} question */
  async toggleScreen({ id, is_highlighted: isOn }) {
    await this.#change("question:highlight", { id, on: !isOn });
  }

  /**
   * @param {string} event
   * @param {object} payload
   */
  async #change(event, payload) {
    try {
      this.#receive((await this.#send(event, payload)).question);
      return true;
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
      return false;
    }
  }

  /**
   * @param {string} event
   * @param {object} payload
   */
  #send(event, payload) {
    return this.#request(event, { stream_id: this.#room.streamId, ...payload });
  }

  /** @param {ViewerQuestion} question */
  #receive(question) {
    this.#news.tell(question.id, question);
    this.#room.questions.receive(question);
  }

  /**
   * @param {ViewerQuestion["status"]} status
   * @returns {Promise<ViewerQuestion[]>}
   */
  async #list(status) {
    const search = query({ status, limit: LISTED });
    const page = await this.#rest.send("GET", `/streams/${this.#room.streamId}/questions${search}`);
    return page.items;
  }
}
