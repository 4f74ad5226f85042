// @ts-check
// A live room as this page knows it: the stream, who I am in it, and its chat, poll and code.

/** @import { CodeSessionTitle, JoinedRoom, Message, Role, Stream, StreamState, Suggestion } from "../types" */

import { Chat, EDIT_MS } from "./chat.js";
import { House } from "./house.js";
import { Observable } from "./observable.js";
import { PollBox } from "./poll.js";
import { Questions } from "./questions.js";
import { Signal } from "./signal.js";
import { Stage } from "./stage.js";

export class Room extends Observable {
  /** @type {"loading" | "ready" | "missing" | "failed"} */
  state = "loading";
  problem = "";
  /** @type {"connecting" | "online" | "offline"} */
  connection = "connecting";
  /** @type {Stream | null} */
  stream = null;
  /** @type {Role} */
  role = "guest";
  viewers = 0;
  /** @type {CodeSessionTitle[]} */
  codeSessions = [];
  /** What is shared, with what is being closed. @type {CodeSessionTitle[]} */
  #shared = [];
  /** @type {Set<string>} */
  #closing = new Set();
  /** @type {string | null} */
  activeCodeId = null;
  chat = new Chat();
  house = new House();
  questions = new Questions();
  poll = new PollBox();
  stage = new Stage();
  /** Suggestions come for any code session; the one that is open listens. @type {Signal<Suggestion>} */
  suggested = new Signal();
  /** The room is heard again after it was lost. @type {Signal<void>} */
  rejoined = new Signal();

  /** @param {string} streamId */
  constructor(streamId) {
    super();
    this.streamId = streamId;
  }

  get isOwner() {
    return this.role === "owner";
  }

  /** Whether what others say here may be deleted and pinned. */
  get isModerated() {
    return this.role === "owner" || this.role === "moderator";
  }

  /**
   * Whether its author may still write this message anew.
   * @param {Message} message
   */
  mayEdit({ created_at, deleted, kind }) {
    if (deleted || kind === "system") return false;
    // With a delay the staff would see the change no sooner than everybody else.
    const isHeldBack = !this.house.isStaff && this.house.rules.delay_s > 0;
    return !isHeldBack && Date.now() - Date.parse(created_at) < EDIT_MS;
  }

  /** @param {Stream} stream */
  loaded(stream) {
    this.state = "ready";
    this.stream = stream;
    this.stage.ownerId = stream.user.id;
    this.viewers = stream.viewers_count;
    if (stream.code_sessions) this.setCodeSessions(stream.code_sessions);
    this.changed();
  }

  /**
   * @param {"missing" | "failed"} state
   * @param {string} problem
   */
  fail(state, problem) {
    this.state = state;
    this.problem = problem;
    this.changed();
  }

  /** @param {JoinedRoom} joined */
  joined(joined) {
    if (this.connection === "offline") this.rejoined.tell();
    this.connection = "online";
    this.role = joined.room.role;
    this.viewers = joined.viewers;
    this.streamChanged(joined.room);
    this.house.joined(joined);
    this.questions.show(joined.question ?? null);
    if (joined.stage) this.stage.receive(joined.stage);
    this.chat.joined(joined);
    // Without an open poll the last result stays to be read.
    if (joined.poll) this.poll.receive(joined.poll);
    this.changed();
  }

  /** @param {Partial<StreamState>} state */
  streamChanged({ status, publishing, started_at, ended_at, title }) {
    if (!this.stream) return;
    this.stream = {
      ...this.stream,
      status: status ?? this.stream.status,
      publishing: publishing ?? this.stream.publishing,
      started_at: started_at ?? this.stream.started_at,
      ended_at: ended_at ?? this.stream.ended_at,
      title: title ?? this.stream.title,
    };
    this.changed();
  }

  /** @param {number} viewers */
  setViewers(viewers) {
    this.viewers = viewers;
    this.changed();
  }

  /** @param {Room["connection"]} connection */
  setConnection(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.changed();
  }

  /** @param {CodeSessionTitle[]} sessions */
  setCodeSessions(sessions) {
    this.#shared = sessions;
    this.codeSessions = sessions.filter(({ id }) => !this.#closing.has(id));
    const isThere = this.codeSessions.some((session) => session.id === this.activeCodeId);
    if (!isThere) this.activeCodeId = this.codeSessions[0]?.id ?? null;
    this.changed();
  }

  /**
   * Show code as closed, or not any more, while there is time to undo it.
   * @param {string} id
   * @param {boolean} isHidden
   */
  hideCode(id, isHidden) {
    if (isHidden) this.#closing.add(id);
    else this.#closing.delete(id);
    this.setCodeSessions(this.#shared);
  }

  /** @param {string} id */
  openCode(id) {
    this.activeCodeId = id;
    this.changed();
  }
}
