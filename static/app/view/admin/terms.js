// @ts-check
// The words that are refused, or held back, in the chats of the whole site.

/** @import { App } from "../../app" */
/** @import { BlockedTerm } from "../../types-house" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/admin.js";
import { Field, emptyState } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { formatAgo } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { decisionButton } from "../moderation/decision.js";

const HOW = {
  block: say("refused"),
  hold: say("heldForReview"),
};

export class TermsView extends View {
  #app;
  /** @type {Loaded<BlockedTerm[]>} */
  #terms = new Loaded();

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("words"), "data-testid": "site-terms" }));
    this.#app = app;
    const shown = new LoadedView(this.#terms, {
      class: "news-sources",
      missing: say("noWordsAreBlocked"),
      again: () => void this.#fetch(),
      ready: () => this.#list(),
    });
    this.element.append(this.#form(), this.own(shown).element);
    void this.#fetch();
  }

  async #fetch() {
    await load(this.#terms, async () => (await this.#app.rest.administration.blockedTerms()).items);
  }

  #form() {
    const term = new Field(
      say("wordOrWords"),
      h("input", { name: "term", maxlength: "100", required: true, autocapitalize: "none" }),
      { pointer: "/term", hint: say("inEveryChatHoweverWritten") },
    );
    const action = new Field(
      say("whatHappens"),
      h("select", { name: "action" }, ...Object.entries(HOW).map(([value, text]) => h("option", { value }, text))),
      { pointer: "/action" },
    );
    const form = new Form({
      fields: [term, action],
      action: say("block"),
      testId: "site-term-form",
      send: async () => {
        const chosen = action.value === "hold" ? "hold" : "block";
        await this.#app.rest.administration.blockTerm({ term: term.value.trim(), action: chosen });
        term.control.value = "";
        await this.#fetch();
      },
    });
    form.element.classList.add("source-form");
    return form.element;
  }

  #list() {
    const view = new View(h("ul", { class: "rows", "aria-label": say("blockedWords") }));
    view.watch([this.#terms], () => {
      const terms = this.#terms.value ?? [];
      view.element.replaceChildren(
        ...(terms.length > 0 ? terms.map((term) => this.#row(term)) : [h("li", {}, noneYet())]),
      );
    });
    return view;
  }

  /** @param {BlockedTerm} blocked */
  #row(blocked) {
    const { term, action, created_at } = blocked;
    return h(
      "li",
      { class: "row-line account-row", "data-testid": "site-term" },
      h(
        "span",
        { class: "card-lines" },
        h("strong", {}, term),
        h("span", { class: "soft small" }, `${HOW[action]} · ${formatAgo(created_at, Date.now())}`),
      ),
      decisionButton(say("allow"), () => void this.#drop(blocked), { kind: "quiet" }),
    );
  }

  /** @param {BlockedTerm} blocked */
  async #drop({ id }) {
    try {
      await this.#app.rest.administration.allowTerm(id);
      this.#terms.set((this.#terms.value ?? []).filter((each) => each.id !== id));
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }
}

function noneYet() {
  return emptyState({ title: say("noWordsAreBlocked"), text: say("whatYouBlockHere"), icon: "shield" });
}
