// @ts-check
// Runs what is open in the editor, as it is on this screen. A page may name the other code sessions of
// its stream by their titles.

/** @import { Run } from "../model/run.js" */
/** @import { CodeSessionTitle } from "../types" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { Program } from "../wire/run-frame.js" */

import { sentenceFor } from "../wire/problem.js";
import { RunFrame } from "../wire/run-frame.js";
import { say } from "../words/code.js";

/** So many messages of any kind: a page can send them past everything that counts its lines. */
const MESSAGES_LIMIT = 10_000;
/** So long may code take to come to its end; timers that it leaves behind may go on. */
const PATIENCE_MS = 10_000;
const KINDS = { javascript: "script", html: "page", css: "page" };
const TEXT = {
  endless: say("stoppedItDidNotCome"),
  tooMuch: say("stoppedItSaysTooMuch"),
  stopped: say("stoppedBySomebody"),
};
/** What a style sheet is shown on when no page is shared beside it. */
const SAMPLE = `<!doctype html><link rel="stylesheet" href="style.css">
<h1>A heading</h1><p>A paragraph with <a href="#">a link</a>, <strong>strong</strong> and <code>code</code>.</p>
<ul><li>One</li><li>Two</li></ul><form><label>Name <input></label> <button type="button">A button</button></form>
<table><tr><th>Key<th>Value<tr><td>one<td>1</table>`;

/** @param {string} language */
export function canRun(language) {
  return Object.hasOwn(KINDS, language);
}

export class RunLink {
  #rest;
  #run;
  #textOf;
  #started = 0;
  #heard = 0;
  /** @type {RunFrame | null} */
  #frame = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Rest} rest
   * @param {Run} run
   * @param {(id: string) => string | null} textOf the text of another session that is open here
   */
  constructor(rest, run, textOf) {
    this.#rest = rest;
    this.#run = run;
    this.#textOf = textOf;
  }

  /**
   * @param {CodeSessionTitle & { text: string }} session what is open, as it stands there now
   * @param {CodeSessionTitle[]} others the other sessions of the stream
   * @param {HTMLElement} place where the frame is to stand
   */
  async start(session, others, place) {
    this.#take();
    this.#run.begin();
    this.#heard = 0;
    const ticket = ++this.#started;
    const program = await this.#program(session, others);
    if (ticket !== this.#started || this.#run.state !== "running") return;
    this.#frame = new RunFrame(program, (message) => this.#hear(message));
    this.#frame.element.classList.toggle("is-page", program.kind === "page");
    place.replaceChildren(this.#frame.element);
    this.#timer = setTimeout(() => this.#give(TEXT.endless), PATIENCE_MS);
  }

  stop() {
    if (this.#run.state === "idle" || this.#run.state === "stopped") return;
    this.#give(TEXT.stopped);
  }

  destroy() {
    this.#started += 1;
    this.#take();
  }

  /** @param {unknown} message */
  #hear(message) {
    this.#heard += 1;
    this.#run.hear(message);
    if (this.#run.state === "done") clearTimeout(this.#timer);
    if (this.#run.isFull || this.#heard > MESSAGES_LIMIT) this.#give(TEXT.tooMuch);
  }

  /** @param {string} note */
  #give(note) {
    this.#take();
    if (this.#run.isFull) this.#run.lines.pop();
    this.#run.say({ level: "note", text: note, place: "", line: 0 });
    this.#run.state = "stopped";
    this.#run.changed();
  }

  #take() {
    clearTimeout(this.#timer);
    this.#frame?.destroy();
    this.#frame = null;
  }

  /**
   * @param {CodeSessionTitle & { text: string }} session
   * @param {CodeSessionTitle[]} others
   * @returns {Promise<Program>}
   */
  async #program(session, others) {
    const { title: name, text: code, language } = session;
    if (language === "javascript") return { kind: "script", name, code, files: {} };
    const page = others.find((each) => each.language === "html");
    const files = { ...(await this.#texts(others)), [name]: code };
    if (language === "html") return { kind: "page", name, code, files };
    if (page) return { kind: "page", name: page.title, code: files[page.title] ?? "", files };
    return { kind: "page", name, code: SAMPLE, files: { "style.css": code } };
  }

  /**
   * What stands in the other sessions, as far as it can be had.
   * @param {CodeSessionTitle[]} others
   */
  async #texts(others) {
    /** @type {Record<string, string>} */
    const texts = {};
    const wanted = others.filter((each) => canRun(each.language));
    await Promise.all(
      wanted.map(async ({ id, title }) => {
        try {
          texts[title] = this.#textOf(id) ?? (await this.#rest.codeSession(id)).code_content;
        } catch (error) {
          this.#run.say({ level: "note", text: sentenceFor(error), place: "", line: 0 });
        }
      }),
    );
    return texts;
  }
}
