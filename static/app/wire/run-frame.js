// @ts-check
// The sandbox that code runs in: a frame with an origin of its own and no way out but messages. It is
// a frame for each run, and taking it away ends the run, whatever the code is doing.

const ADDRESS = "/run";

/**
 * @typedef {object} Program
 * @property {"script" | "page"} kind
 * @property {string} name
 * @property {string} code
 * @property {Record<string, string>} files what a page may name, by name
 */

export class RunFrame {
  #program;
  #hear;
  #isStarted = false;
  element;

  /**
   * @param {Program} program
   * @param {(message: unknown) => void} hear
   */
  constructor(program, hear) {
    this.#program = program;
    this.#hear = hear;
    this.element = document.createElement("iframe");
    // Nothing more, ever: with allow-same-origin the code would be this site's.
    this.element.setAttribute("sandbox", "allow-scripts");
    this.element.setAttribute("referrerpolicy", "no-referrer");
    this.element.className = "run-frame";
    this.element.title = program.name;
    this.element.src = ADDRESS;
    window.addEventListener("message", this.#listen);
  }

  destroy() {
    window.removeEventListener("message", this.#listen);
    this.element.remove();
  }

  /** @type {(event: MessageEvent) => void} */
  #listen = ({ source, data }) => {
    const frame = this.element.contentWindow;
    if (source === null || source !== frame) return;
    if (!this.#isStarted && data?.kind === "ready") {
      this.#isStarted = true;
      // Its origin is opaque, so it cannot be named; the policy lets this frame show nothing but /run.
      frame.postMessage(this.#program, "*");
      return;
    }
    this.#hear(data);
  };
}
