// @ts-check
// What a run shows: the page it makes, and what it says. Below the editor, until it is closed.

/** @import { RunLink } from "../../link/run-link.js" */
/** @import { OutputLine, Run } from "../../model/run.js" */

import { say } from "../../words/code.js";
import { button, iconButton } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";

const TEXT = {
  title: say("run"),
  stop: say("stop"),
  again: say("runAgain"),
  clear: say("clear"),
  close: say("closeTheRun"),
  output: say("whatTheRunSays"),
  quiet: say("itRanAndSaidNothing"),
};
const STATES = { idle: "", running: say("running"), done: say("done"), stopped: say("stopped") };

export class RunPane extends View {
  #run;
  #showLine;
  #state = h("span", { class: "small soft", role: "status", "data-testid": "run-state" });
  #stop = button(TEXT.stop, { class: "button small-button", "data-testid": "run-stop" });
  #output = h("ol", {
    class: "run-output",
    role: "log",
    tabindex: "0",
    "aria-label": TEXT.output,
    "data-testid": "run-output",
  });
  #quiet = h("p", { class: "run-quiet soft small" }, TEXT.quiet);
  #drawnGeneration = 0;
  #frame = 0;
  /** Where the page of a run stands. */
  stage = h("div", { class: "run-stage" });

  /**
   * @param {Run} run
   * @param {RunLink} link
   * @param {{ again: () => void, close: () => void, showLine: (line: number) => void }} actions
   */
  constructor(run, link, { again, close, showLine }) {
    super(h("section", { class: "run", "aria-label": TEXT.title, "data-testid": "run" }));
    this.#run = run;
    this.#showLine = showLine;
    this.#stop.addEventListener("click", () => link.stop());
    this.element.append(
      h(
        "header",
        { class: "run-head" },
        h("h2", {}, TEXT.title),
        this.#state,
        this.#stop,
        button(TEXT.again, { class: "button small-button", onclick: again }),
        button(TEXT.clear, { kind: "quiet", class: "button quiet small-button", onclick: () => run.clear() }),
        iconButton("close", TEXT.close, { onclick: close, "data-testid": "run-close" }),
      ),
      this.stage,
      this.#output,
      this.#quiet,
    );
    this.watch([run], () => this.#renderSoon());
    this.whenDestroyed(() => cancelAnimationFrame(this.#frame));
  }

  /** Once per frame: a loop says more in a moment than a layout takes. */
  #renderSoon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const { state, lines, generation } = this.#run;
    this.element.dataset.state = state;
    setText(this.#state, STATES[state]);
    this.#stop.hidden = state !== "running" && state !== "done";
    this.#quiet.hidden = state !== "done" || lines.length > 0;
    if (generation !== this.#drawnGeneration) this.#output.replaceChildren();
    this.#drawnGeneration = generation;
    const isAtEnd =
      this.#output.scrollTop + this.#output.clientHeight >= this.#output.scrollHeight - 8;
    for (const line of lines.slice(this.#output.childElementCount)) this.#output.append(this.#row(line));
    if (isAtEnd) this.#output.scrollTop = this.#output.scrollHeight;
  }

  /** @param {OutputLine} line */
  #row({ level, text, place, line }) {
    const link =
      place &&
      h(
        "button",
        { type: "button", class: "lines-link", onclick: () => this.#showLine(line) },
        place,
      );
    return h("li", { "data-level": level }, h("span", { class: "run-text" }, text), link);
  }
}
