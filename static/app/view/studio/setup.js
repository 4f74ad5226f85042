// @ts-check
// The studio before going live: say what it is, choose what is seen, press the button.

/** @import { OwnStreams } from "../../model/own-streams.js" */
/** @import { Choices, Publisher } from "../../model/publisher.js" */
/** @import { Stream } from "../../types" */

import { RehearsalLink } from "../../link/rehearsal-link.js";
import { Rehearsal } from "../../model/rehearsal.js";
import { say } from "../../words/studio.js";
import { Field, button, showProblem } from "../kit/controls.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { OwnStreamsView } from "./own-streams.js";
import { PreviewView } from "./preview.js";
import { RehearsalView } from "./rehearsal.js";
import { SourcesView } from "./sources.js";

/**
 * @typedef {object} SetupActions
 * @property {() => void} preview
 * @property {(choices: Partial<Choices>) => void} choose
 * @property {(about: { title: string, description?: string }) => Promise<void>} goLive
 * @property {(about: { title: string, description?: string, scheduled_at: string }) => Promise<void>} announce
 * @property {(streamId: string) => Promise<void>} takeOver
 * @property {(stream: Stream) => void} endOther
 */

export class SetupView extends View {
  #publisher;
  #actions;
  #title;
  #description = new Field(
    say("whatIsItAboutOptional"),
    h("textarea", { rows: "2", maxlength: "5000" }),
    {
      pointer: "/description",
    },
  );
  #when = new Field(say("start"), h("input", { type: "datetime-local" }), {
    pointer: "/scheduled_at",
  });
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  #live = button(say("goLive"), {
    class: "button live large",
    type: "submit",
    "data-testid": "go-live",
  });
  #announce = button(say("announceIt"), { "data-testid": "announce" });

  /**
   * @param {{ publisher: Publisher, own: OwnStreams, username: string }} models
   * @param {SetupActions} actions
   */
  constructor({ publisher, own, username }, actions) {
    super(h("div", { class: "page studio-setup" }));
    this.#publisher = publisher;
    this.#actions = actions;
    // Filled in, so that going live needs no typing.
    this.#title = new Field(
      say("title"),
      h("input", {
        maxlength: "100",
        value: say("liveCodingWith", { name: username }),
        "data-testid": "stream-title",
      }),
      {
        pointer: "/title",
      },
    );
    const preview = this.own(new PreviewView(publisher, actions));
    const sources = this.own(new SourcesView(publisher, actions, { withEncoder: true }));
    const others = this.own(new OwnStreamsView(own, actions));
    const form = h(
      "form",
      { class: "form studio-form", novalidate: true },
      this.#title.element,
      this.#description.element,
      sources.element,
      this.#problem,
      this.#live,
      h(
        "details",
        { class: "fold" },
        h("summary", {}, say("announceItForLater")),
        h("div", { class: "form" }, this.#when.element, this.#announce),
      ),
    );
    form.addEventListener("submit", (event) => void this.#submitted(event));
    this.#announce.addEventListener("click", () => void this.#announced());
    this.element.append(
      h("h1", {}, say("studio")),
      others.element,
      h(
        "div",
        { class: "studio-columns" },
        h("div", { class: "studio-preview" }, preview.element, this.#rehearsal(publisher)),
        form,
      ),
    );
    this.watch([publisher], () => this.#render());
  }

  /** @param {Publisher} publisher */
  #rehearsal(publisher) {
    const rehearsal = new Rehearsal();
    const link = this.own(new RehearsalLink(publisher, rehearsal));
    const actions = { start: () => link.start(), clear: () => link.clear() };
    return this.own(new RehearsalView({ publisher, rehearsal }, actions)).element;
  }

  #render() {
    const isBusy = this.#publisher.state === "preparing";
    this.#live.disabled = isBusy;
    setText(this.#live.lastElementChild ?? this.#live, isBusy ? say("goingLive") : say("goLive"));
  }

  get #about() {
    const description = this.#description.value.trim();
    return { title: this.#title.value.trim(), ...(description ? { description } : {}) };
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    if (this.#about.title === "") return this.#title.setError(say("aTitleIsNeeded"));
    await this.#try(() => this.#actions.goLive(this.#about));
  }

  async #announced() {
    const at = new Date(this.#when.value);
    if (Number.isNaN(at.getTime())) return this.#when.setError(say("chooseADayAndA"));
    if (at.getTime() < Date.now()) return this.#when.setError(say("thisTimeHasPassed"));
    this.#announce.disabled = true;
    await this.#try(() =>
      this.#actions.announce({ ...this.#about, scheduled_at: at.toISOString() }),
    );
    this.#announce.disabled = false;
  }

  /** @param {() => Promise<void>} action */
  async #try(action) {
    this.#setProblem("");
    try {
      await action();
    } catch (error) {
      this.#setProblem(showProblem(error, [this.#title, this.#description, this.#when]));
    }
  }

  /** @param {string} text */
  #setProblem(text) {
    setText(this.#problem, text);
    this.#problem.hidden = text === "";
  }
}
