// @ts-check
// Keeps a room model in step with the server, over REST once and over the page's socket from then on.
// After every reconnection it says how far it has read and sends what was still on its way; the client
// id makes a message that had arrived after all the same message.

/** @import { CodeSessionTitle, Message } from "../types" */
/** @import { Room } from "../model/room.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { SiteSocket } from "../wire/socket.js" */
/** @import { Undo } from "./undo.js" */

import { News } from "../model/news.js";
import { Problem, sentenceFor } from "../wire/problem.js";
import { RoomSocket } from "../wire/room-socket.js";
import { say as sayOfArrangement } from "../words/arrangement.js";
import { say } from "../words/room.js";
import { ChatLink } from "./chat-link.js";
import { HouseLink } from "./house-link.js";
import { QuestionsLink } from "./questions-link.js";
import { StageLink } from "./stage-link.js";

const JOIN_AGAIN_MS = 2_000;
const PATIENCE_MS = 5_000;

export class RoomLink {
  #rest;
  #room;
  #site;
  #toasts;
  /** @type {RoomSocket | null} */
  #socket = null;
  #isJoining = false;
  #isDestroyed = false;
  #isOpening = false;
  /** The newest message that was told of while a join was on its way. */
  #toldSeq = 0;
  /** What code is shared. @type {News<never>} */
  #codeNews = new News();
  #undo;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{ rest: Rest, socket: SiteSocket, toasts: Toasts, session: Session, undo: Undo }} app
   * @param {Room} room
   */
  constructor({ rest, socket, toasts, session, undo }, room) {
    this.#rest = rest;
    this.#site = socket;
    this.#room = room;
    this.#toasts = toasts;
    this.#undo = undo;
    const request = (/** @type {string} */ event, /** @type {object} */ payload) =>
      this.request(event, payload);
    this.house = new HouseLink({ rest, socket, toasts }, room, request, () => {
      room.chat.beginAnew();
      void this.#join();
    });
    this.questions = new QuestionsLink({ rest, socket, toasts }, room, request);
    this.stage = new StageLink({ rest, socket, toasts, session }, room);
    this.chat = new ChatLink({ rest, toasts, undo }, room, {
      isUp: () => this.#socket?.isConnected ?? false,
      request: (event, payload) => this.request(event, payload),
    });
  }

  async open() {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      const stream = await this.#rest.stream(this.#room.streamId);
      if (this.#isDestroyed) return;
      this.#room.loaded(stream);
      this.#connect();
    } catch (error) {
      const isMissing = error instanceof Problem && (error.status === 404 || error.status === 400);
      this.#room.fail(isMissing ? "missing" : "failed", sentenceFor(error));
    } finally {
      this.#isOpening = false;
    }
  }

  destroy() {
    this.#isDestroyed = true;
    clearTimeout(this.#timer);
    this.#codeNews.close();
    void this.#undo.finish(this);
    this.chat.destroy();
    this.house.destroy();
    this.questions.destroy();
    this.stage.destroy();
    this.#socket?.destroy();
  }

  /** @param {{ question: string, options: string[], seconds?: number, results: string }} poll */
  async openPoll(poll) {
    const ack = await this.request("poll:open", { stream_id: this.#room.streamId, ...poll });
    this.#room.poll.receive(ack.poll);
  }

  /** @param {string | null} before */
  pastPolls(before) {
    return this.#rest.polls(this.#room.streamId, before);
  }

  /** @param {string} optionId */
  async vote(optionId) {
    const { poll } = this.#room;
    const id = poll.poll?.id;
    if (id === undefined || poll.votingFor !== null) return;
    poll.voting(optionId);
    try {
      const ack = await this.request("poll:vote", { poll_id: id, option_id: optionId });
      poll.voted(id, ack.poll?.my_vote ?? optionId);
      if (ack.poll) poll.receive(ack.poll);
    } catch (error) {
      poll.voted(id, null);
      this.#toasts.error(sentenceFor(error));
    }
  }

  async closePoll() {
    const open = this.#room.poll.poll;
    if (!open) return;
    try {
      const ack = await this.request("poll:close", { poll_id: open.id });
      if (ack.poll) this.#room.poll.receive(ack.poll);
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
    }
  }

  /** @param {{ title: string, language: string }} wanted */
  async createCodeSession(wanted) {
    const made = await this.#rest.createCodeSession(this.#room.streamId, wanted);
    const title = { id: made.id, title: made.title, language: made.language };
    const others = this.#room.codeSessions.filter((each) => each.id !== made.id);
    this.#setCodeSessions([...others, title]);
    this.#room.openCode(made.id);
  }

  /**
   * @param {string} id
   * @param {{ title: string, language: string }} named
   */
  async renameCodeSession(id, named) {
    const renaming = await this.#codeNews.during(() => this.#rest.renameCodeSession(id, named));
    // Everybody is told of it, so who was told already knows.
    if (!renaming || renaming.told.size > 0) return;
    const { title, language } = renaming.answer;
    const renamed = this.#room.codeSessions.map((each) =>
      each.id === id ? { id, title, language } : each,
    );
    this.#setCodeSessions(renamed);
  }

  /**
   * Gone from here at once, and for everybody when there was time to think better of it.
   * @param {string} id
   */
  closeCodeSession(id) {
    const title = this.#room.codeSessions.find((each) => each.id === id)?.title ?? "";
    this.#room.hideCode(id, true);
    this.#undo.offer({
      owner: this,
      text: sayOfArrangement("codeClosed", { title }),
      putBack: () => this.#room.hideCode(id, false),
      send: () => this.#rest.closeCodeSession(id),
    });
  }

  /**
   * @param {string} event
   * @param {object} payload
   */
  async request(event, payload) {
    const socket = this.#socket;
    // People are quicker than a connection that is just being made.
    if (!socket || !(await socket.comes(PATIENCE_MS))) throw new Problem(say("youAreOfflineItWill"));
    return socket.request(event, payload);
  }

  #connect() {
    this.#socket?.destroy();
    const room = this.#room;
    this.#isJoining = false;
    this.#socket = new RoomSocket(this.#site, room.streamId, {
      connected: () => void this.#join(),
      disconnected: () => room.setConnection("offline"),
      messages: (messages) => this.#receive(messages),
      changed: (messages) => room.chat.amend(this.#here(messages)),
      deleted: ({ ids }) => room.chat.deleted(ids),
      pinned: ({ message }) => room.chat.pin(message),
      poll: (poll) => room.poll.receive(poll),
      suggestion: (suggestion) => room.suggested.tell(suggestion),
      viewers: ({ viewers }) => room.setViewers(viewers),
      stream: (state) => room.streamChanged(state),
      sequence: ({ epoch, seq, change = 0 }) => {
        const isBehind = seq > room.chat.lastSeq || change > room.chat.lastChange;
        if (isBehind || epoch !== room.chat.epoch) void this.#join();
      },
      codeSessions: ({ code_sessions }) => this.#setCodeSessions(code_sessions),
    });
  }

  async #join() {
    const socket = this.#socket;
    if (!socket || this.#isJoining) return;
    this.#isJoining = true;
    this.#toldSeq = 0;
    clearTimeout(this.#timer);
    const { chat } = this.#room;
    const { epoch, lastSeq, lastChange } = chat;
    const read = epoch === null ? {} : { epoch, last_seq: lastSeq, last_change: lastChange };
    try {
      const joined = await socket.join(read);
      if (socket !== this.#socket || this.#isDestroyed) return;
      this.#room.joined(joined);
      void this.#refreshStream();
      void this.house.joined();
      void this.questions.joined();
      void this.stage.joined();
      if (!joined.poll) void this.#fetchLastPoll();
      this.chat.deliverPending();
    } catch (error) {
      if (socket !== this.#socket || this.#isDestroyed) return;
      this.#room.setConnection("offline");
      this.#timer = setTimeout(() => socket.isConnected && void this.#join(), JOIN_AGAIN_MS);
      if (!(error instanceof Problem)) throw error;
    } finally {
      if (socket === this.#socket) this.#isJoining = false;
    }
    // A batch that came before the answer of the join may be newer than it.
    if (this.#toldSeq > chat.lastSeq) void this.#join();
  }

  /** What a join does not tell: code that was shared before it, but after the stream was read. */
  async #refreshStream() {
    const room = this.#room;
    try {
      const asked = await this.#codeNews.during(() => this.#rest.stream(room.streamId));
      const sessions = asked?.answer.code_sessions;
      if (sessions && asked.told.size === 0) room.setCodeSessions(sessions);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** A poll that was closed before we came, or while we were away, with its final result. */
  async #fetchLastPoll() {
    try {
      const { items } = await this.#rest.polls(this.#room.streamId);
      if (items[0]) this.#room.poll.receive(items[0]);
    } catch (error) {
      // An old result is no loss worth a word.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** @param {Message[]} messages */
  #receive(messages) {
    const here = this.#here(messages);
    if (this.#isJoining) this.#toldSeq = Math.max(this.#toldSeq, here.at(-1)?.seq ?? 0);
    if (!this.#room.chat.receive(here)) void this.#join();
  }

  /** @param {CodeSessionTitle[]} sessions */
  #setCodeSessions(sessions) {
    this.#codeNews.tell("sessions", null);
    this.#room.setCodeSessions(sessions);
  }

  /** @param {Message[]} messages */
  #here(messages) {
    const { streamId } = this.#room;
    return messages.filter((each) => (each.stream_id ?? streamId) === streamId);
  }
}
