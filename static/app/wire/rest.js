// @ts-check
// The REST resources, one method each. Holds the CSRF token of the cookie's session and nothing else.

/**
 * @import {
 *   CodeSession, CodeSessionTitle, CreatedStream, Me, Message, Page, Poll, Stream, StreamHealth, StreamStatus,
 *   Suggestion, SuggestionStatus, User,
 * } from "../types"
 */

import { Administration } from "./administration.js";
import { Challenges } from "./challenges.js";
import { ChannelResources } from "./channels.js";
import { Media } from "./media.js";
import { Moderation } from "./moderation.js";
import { Notifications } from "./notifications.js";
import { OwnAccount } from "./own-account.js";
import { People } from "./people.js";
import { Posts } from "./posts.js";
import { Unreachable, problemFrom } from "./problem.js";
import { query } from "./query.js";
import { Search } from "./search.js";
import { post } from "./sending.js";
import { takeSentAlong } from "./sent-along.js";
import { Videos } from "./videos.js";

/**
 * @typedef {{ user: User, email?: string, role?: string, avatar_small_url?: string | null,
 *   csrf_token: string }} SignedIn
 */

/** A browser lets few bytes outlive their page. */
const KEPT_ALIVE_CHARS = 1_000;

export class Rest {
  /** @type {string | null} */
  #csrfToken = null;
  #base;
  posts = new Posts(this);
  people = new People(this);
  own = new OwnAccount(this);
  notifications = new Notifications(this);
  search = new Search(this);
  challenges = new Challenges(this);
  channels = new ChannelResources(this);
  media = new Media(this);
  videos = new Videos(this);
  moderation = new Moderation(this);
  administration = new Administration(this);

  /** @param {string} base */
  constructor(base = "/api/v1") {
    this.#base = base;
  }

  /**
   * What a live stream looked like a moment ago, the oldest first.
   * @param {string} streamId
   * @returns {Promise<{ items: string[] }>}
   */
  snapshots(streamId) {
    return this.send("GET", `/streams/${streamId}/snapshots`);
  }

  /**
   * @param {string} streamId
   * @param {Blob} picture
   */
  sendSnapshot(streamId, picture) {
    return this.send("POST", `/streams/${streamId}/snapshots`, picture);
  }

  async me() {
    return this.#remember(await this.send("GET", "/users/me"));
  }

  /** @param {{ username: string, email: string, password: string }} account */
  async signUp(account) {
    return this.#remember(await this.send("POST", "/users", account));
  }

  /** @param {{ login: string, password: string }} credentials */
  async signIn(credentials) {
    return this.#remember(await this.send("POST", "/sessions", credentials));
  }

  /** @param {{ challenge: string, otp: string }} proof */
  async signInSecondStep(proof) {
    return this.#remember(await this.send("POST", "/sessions/second-factor", proof));
  }

  /**
   * A new password ends every session and begins this one anew.
   * @param {{ current_password: string, password: string, otp?: string }} change
   */
  async changePassword(change) {
    return this.#remember(await this.send("PUT", "/users/me/password", change));
  }

  async signOut() {
    await this.send("DELETE", "/sessions/current");
    this.#csrfToken = null;
  }

  /**
   * @param {{ status?: StreamStatus, user?: string, limit?: number, cursor?: string }} filter
   * @returns {Promise<Page<Stream>>}
   */
  streams(filter) {
    return this.send("GET", `/streams${query(filter)}`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Stream>}
   */
  async stream(id) {
    const path = `/streams/${encodeURIComponent(id)}`;
    return takeSentAlong(this.#base + path) ?? this.send("GET", path);
  }

  /**
   * How one's own stream is doing at the server.
   * @param {string} id
   * @returns {Promise<StreamHealth>}
   */
  streamHealth(id) {
    return this.send("GET", `/streams/${encodeURIComponent(id)}/health`);
  }

  /**
   * What one's own stream came to.
   * @param {string} id
   * @returns {Promise<import("../types-summary").StreamSummary>}
   */
  streamSummary(id) {
    return this.send("GET", `/streams/${encodeURIComponent(id)}/summary`);
  }

  /**
   * @param {{ title: string, description?: string, scheduled_at?: string }} stream
   * @returns {Promise<CreatedStream>}
   */
  createStream(stream) {
    return this.send("POST", "/streams", stream);
  }

  /**
   * @param {string} id
   * @returns {Promise<Stream>}
   */
  endStream(id) {
    return this.send("POST", `/streams/${id}/end`);
  }

  /**
   * Give the stream a new key; the old one stops working.
   * @param {string} id
   * @returns {Promise<{ stream_key: string }>}
   */
  rotateStreamKey(id) {
    return this.send("POST", `/streams/${id}/stream-key`);
  }

  /**
   * @param {string} streamId
   * @param {{ before?: number, after?: number, around?: number, q?: string, limit?: number }} range
   * @returns {Promise<Page<Message>>}
   */
  messages(streamId, range) {
    return this.send("GET", `/streams/${streamId}/messages${query(range)}`);
  }

  /**
   * @param {string} streamId
   * @param {string | null} [before]
   * @returns {Promise<Page<Poll>>}
   */
  polls(streamId, before = null) {
    return this.send("GET", `/streams/${streamId}/polls${query({ before })}`);
  }

  /**
   * @param {string} streamId
   * @param {{ title: string, language: string }} session
   * @returns {Promise<CodeSession & CodeSessionTitle>}
   */
  createCodeSession(streamId, session) {
    return this.send("POST", `/streams/${streamId}/code-sessions`, session);
  }

  /**
   * @param {string} id
   * @returns {Promise<CodeSession>}
   */
  codeSession(id) {
    return this.send("GET", `/code-sessions/${id}`);
  }

  /**
   * @param {string} id
   * @param {string} username
   */
  addCollaborator(id, username) {
    return this.send("PUT", `/code-sessions/${id}/collaborators/${encodeURIComponent(username)}`);
  }

  /**
   * @param {string} id
   * @param {string} username
   */
  removeCollaborator(id, username) {
    return this.send(
      "DELETE",
      `/code-sessions/${id}/collaborators/${encodeURIComponent(username)}`,
    );
  }

  /**
   * @param {string} id
   * @param {{ title: string, language: string }} named
   * @returns {Promise<CodeSession>}
   */
  renameCodeSession(id, named) {
    return this.send("PATCH", `/code-sessions/${id}`, named);
  }

  /** @param {string} id */
  closeCodeSession(id) {
    return this.send("DELETE", `/code-sessions/${id}`);
  }

  /**
   * @param {string} codeSessionId
   * @param {{ status?: SuggestionStatus, sort?: "new" | "votes", limit?: number, cursor?: string }} filter
   * @returns {Promise<Page<Suggestion>>}
   */
  suggestions(codeSessionId, filter) {
    return this.send("GET", `/code-sessions/${codeSessionId}/suggestions${query(filter)}`);
  }

  /**
   * Send a file and tell how much of it has gone.
   * @param {string} path
   * @param {Blob} body
   * @param {{ signal: AbortSignal, progress: (part: number) => void }} how
   * @returns {Promise<any>}
   */
  upload(path, body, how) {
    const headers = { Accept: "application/json", "Content-Type": body.type, ...this.proof };
    return post({ url: this.#base + path, headers, body, ...how });
  }

  /**
   * What a request that changes something must carry beside the cookie.
   * @returns {Record<string, string>}
   */
  get proof() {
    return this.#csrfToken ? { "X-CSRF-Token": this.#csrfToken } : {};
  }

  /**
   * @param {SignedIn} signedIn
   * @returns {Me}
   */
  #remember(signedIn) {
    this.#csrfToken = signedIn.csrf_token;
    return {
      ...signedIn.user,
      email: signedIn.email ?? null,
      role: signedIn.role ?? null,
      avatar_small_url: signedIn.avatar_small_url ?? null,
    };
  }

  /**
   * The one place that trusts the server's shape: each method of a resource names it.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  async send(method, path, body, headers) {
    const response = await this.exchange(method, path, body, headers);
    // 202 and 204 say all with their status.
    return response.status === 202 || response.status === 204 ? null : response.json();
  }

  /**
   * As `send`, for those who need the answer's headers too. A `Blob` is sent as it is.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [more] headers
   */
  async exchange(method, path, body, more = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...more };
    if (body !== undefined)
      headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
    if (method !== "GET") Object.assign(headers, this.proof);
    /** @type {RequestInit} */
    const request = { method, headers, body: encoded(body) };
    const { body: text } = request;
    // A page that is being left still does what it had held back for an undo.
    const isShort = !text || (typeof text === "string" && text.length <= KEPT_ALIVE_CHARS);
    request.keepalive = method !== "GET" && isShort;
    const response = await fetch(this.#base + path, request).catch(() => {
      throw new Unreachable();
    });
    if (!response.ok) throw await problemFrom(response);
    return response;
  }
}

/** @param {unknown} body */
function encoded(body) {
  if (body === undefined) return null;
  return body instanceof Blob ? body : JSON.stringify(body);
}
