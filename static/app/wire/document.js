// @ts-check
// One shared document: a Y.Doc kept in step with the server over /collab. Fetched only when code is
// opened, because it brings the editor's bundle with it.

import {
  Awareness,
  Doc,
  UndoManager,
  WebsocketProvider,
  encodedLength,
  readVarString,
  readVarUint,
} from "../../vendor/editor.js";

const MESSAGE_SYNC = 0;
/** y-protocols' authentication message: the server refused an edit. */
const MESSAGE_AUTH = 2;
/** Our own y-message: "the first n edits of this connection are stored". */
const MESSAGE_SAVED = 120;
/**
 * A reader sends no cursor, so the server has nothing to echo, and the provider takes 30 s of silence
 * for a dead connection. Asking for the state now and then also mends what a live connection missed.
 */
const READER_RESYNC_MS = 20_000;

/** @import { Viewport } from "../model/code.js" */

/** @typedef {{ name: string, viewport: Viewport | null }} Present */

/**
 * @typedef {object} DocumentEvents
 * @property {(status: "connecting" | "connected" | "disconnected") => void} status
 * @property {() => void} synced the server's state has arrived
 * @property {(waiting: number) => void} waiting how many edits made here are not stored yet
 * @property {(reason: string) => void} denied an edit was refused; this copy has gone its own way
 * @property {() => void} asked the server asks for edits: this person may write, perhaps since now
 * @property {(reason: string) => void} closed the server ended the connection for good
 * @property {(others: Present[]) => void} people who else has a cursor here
 */

export class SharedDocument {
  #doc = new Doc();
  #provider;
  #events;
  #person;
  /** Edits sent on this connection: updates, and answers to the server's step 1. */
  #sent = 0;
  #asked = 0;
  /** Edits made here that are not known to be stored. */
  #waiting = 0;
  #isLeaving = false;
  text = this.#doc.getText("code");
  awareness = new Awareness(this.#doc);
  undoManager = new UndoManager(this.text);

  /**
   * @param {string} codeSessionId
   * @param {{ canWrite: boolean, name: string | null, hue: number }} person
   * @param {DocumentEvents} events
   */
  constructor(codeSessionId, { canWrite, name, hue }, events) {
    this.#events = events;
    this.#person = { name, hue };
    this.showCursor(canWrite);
    const { protocol, host } = window.location;
    const server = `${protocol === "https:" ? "wss" : "ws"}://${host}/collab`;
    this.#provider = new WebsocketProvider(server, codeSessionId, this.#doc, {
      connect: false,
      // Tabs of one browser meet at the server like everybody else.
      disableBc: true,
      awareness: this.awareness,
      resyncInterval: canWrite ? -1 : READER_RESYNC_MS,
    });
    this.#listen();
    this.#provider.connect();
  }

  /**
   * Only who may write has a cursor: an audience's would bury the text.
   * @param {boolean} isShown
   */
  showCursor(isShown) {
    const { name, hue } = this.#person;
    this.awareness.setLocalState(isShown && name ? { user: cursorOf(name, hue) } : null);
  }

  /**
   * Tell what this person looks at, if they have a cursor.
   * @param {Viewport} viewport
   */
  showViewport(viewport) {
    if (this.awareness.getLocalState()) this.awareness.setLocalStateField("viewport", viewport);
  }

  /** Close it; what is not stored yet is brought to the server first, as long as the page is open. */
  leave() {
    this.#isLeaving = true;
    if (this.#waiting === 0) this.destroy();
  }

  destroy() {
    window.removeEventListener("offline", this.#wentOffline);
    window.removeEventListener("online", this.#cameOnline);
    window.removeEventListener("beforeunload", this.#warn);
    this.#provider.destroy();
    this.undoManager.destroy();
    this.awareness.destroy();
    this.#doc.destroy();
  }

  #listen() {
    const provider = this.#provider;
    provider.messageHandlers[MESSAGE_SAVED] = (_encoder, decoder) => {
      if (readVarUint(decoder) >= this.#sent) this.#setWaiting(0);
    };
    provider.messageHandlers[MESSAGE_AUTH] = (_encoder, decoder) => {
      readVarUint(decoder); // the kind; there is only "denied"
      this.#events.denied(readVarString(decoder));
    };
    this.#countAnswers();
    provider.on("status", ({ status }) => {
      if (status === "connecting") this.#sent = this.#asked = 0;
      this.#events.status(status);
    });
    provider.on("sync", (isSynced) => isSynced && this.#events.synced());
    provider.on("closed", ({ reason }) => {
      this.#events.closed(reason);
      if (this.#isLeaving) this.destroy();
    });
    this.#doc.on("update", (_update, origin) => {
      if (origin === provider) return;
      // What is typed offline goes with the answer to the server's step 1.
      if (provider.wsconnected) this.#sent += 1;
      this.#setWaiting(this.#waiting + 1);
    });
    // Known at once, and not only when the line has been silent for long.
    window.addEventListener("offline", this.#wentOffline);
    window.addEventListener("online", this.#cameOnline);
    window.addEventListener("beforeunload", this.#warn);
    this.awareness.on("change", () => this.#events.people(this.#others()));
  }

  #wentOffline = () => this.#provider.disconnect();

  #cameOnline = () => this.#provider.connect();

  /** @type {(event: BeforeUnloadEvent) => void} */
  #warn = (event) => {
    if (this.#waiting > 0) event.preventDefault();
  };

  /** @param {number} waiting */
  #setWaiting(waiting) {
    if (this.#waiting === waiting) return;
    this.#waiting = waiting;
    this.#events.waiting(waiting);
    if (this.#isLeaving && waiting === 0) this.destroy();
  }

  /** The provider answers a step 1 with an edit of its own, which the server counts too. */
  #countAnswers() {
    const { messageHandlers } = this.#provider;
    const sync = messageHandlers[MESSAGE_SYNC];
    if (!sync) throw new Error("the provider cannot synchronise");
    messageHandlers[MESSAGE_SYNC] = (encoder, ...rest) => {
      sync(encoder, ...rest);
      const isAnswered = encodedLength(encoder) > 1;
      if (!isAnswered) return;
      this.#sent += 1;
      this.#asked += 1;
      // It always asks once, at the beginning.
      if (this.#asked > 1) this.#events.asked();
    };
  }

  #others() {
    const states = [...this.awareness.getStates()];
    const others = states.filter(([client]) => client !== this.#doc.clientID);
    return others.flatMap(([, { user, viewport }]) =>
      user?.name ? [{ name: String(user.name), viewport: viewportOf(viewport) }] : [],
    );
  }
}

/**
 * Anybody's word, so nothing is taken as it comes.
 * @param {any} told
 * @returns {Viewport | null}
 */
function viewportOf(told) {
  if (typeof told !== "object" || told === null) return null;
  const line = Number.isInteger(told.line) && told.line >= 1 ? told.line : null;
  const elsewhere = typeof told.elsewhere === "string" ? told.elsewhere : null;
  return { line, elsewhere };
}

/**
 * @param {string} name
 * @param {number} hue
 */
function cursorOf(name, hue) {
  return { name, color: `hsl(${hue} 62% 42%)`, colorLight: `hsl(${hue} 62% 50% / 0.25)` };
}
