// @ts-check
// The news sources of all tags: feeds whose entries become posts.

/** @import { App } from "../../app" */
/** @import { NewsSource } from "../../types-moderation" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/admin.js";
import { Field, emptyState, link } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { countOf, formatAgo } from "../kit/format.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { decisionButton } from "../moderation/decision.js";

export class SourcesView extends View {
  #app;
  /** @type {Loaded<NewsSource[]>} */
  #sources = new Loaded();

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("news"), "data-testid": "sources" }));
    this.#app = app;
    const shown = new LoadedView(this.#sources, {
      class: "news-sources",
      missing: say("thereAreNoSources"),
      again: () => void this.#fetch(),
      ready: () => this.#list(),
    });
    this.element.append(this.#form(), this.own(shown).element);
    void this.#fetch();
  }

  async #fetch() {
    await load(this.#sources, async () => (await this.#app.rest.administration.sources()).items);
  }

  #list() {
    const view = new View(h("ul", { class: "rows", "aria-label": say("sources") }));
    view.watch([this.#sources], () => {
      const sources = this.#sources.value ?? [];
      view.element.replaceChildren(
        ...(sources.length > 0 ? sources.map((source) => this.#row(source)) : [h("li", {}, noneYet())]),
      );
    });
    return view;
  }

  #form() {
    const tag = new Field(say("tag"), h("input", { name: "tag", required: true, placeholder: "rust", autocapitalize: "none" }));
    const url = new Field(
      say("addressOfTheFeed"),
      h("input", { name: "url", type: "url", required: true, placeholder: "https://" }),
      { pointer: "/url", hint: say("rssOrAtomItIs") },
    );
    const form = new Form({
      fields: [tag, url],
      action: say("attach"),
      done: say("attachedItsLatestEntriesCome"),
      isEmptied: true,
      testId: "source-form",
      send: async () => {
        await this.#app.rest.administration.attachSource(tag.value.trim().replace(/^#/, ""), url.value.trim());
        await this.#fetch();
      },
    });
    form.element.classList.add("source-form");
    return form.element;
  }

  /** @param {NewsSource} source */
  #row(source) {
    const { tag, url, title, failures, last_error, fetched_at } = source;
    const state = failures
      ? `${countOf(failures, "failure")}: ${last_error ?? ""}`
      : fetched_at
        ? say("read", { when: formatAgo(fetched_at, Date.now()) })
        : say("notReadYet");
    return h(
      "li",
      { class: "row-line account-row", "data-testid": "source" },
      link(`/tags/${encodeURIComponent(tag)}`, { class: "chip tag-chip" }, `#${tag}`),
      h(
        "span",
        { class: "card-lines" },
        h("span", {}, title ?? url),
        h("span", { class: "soft small" }, url),
        h("span", { class: failures ? "small is-bad" : "soft small" }, state),
      ),
      decisionButton(say("detach"), () => void this.#detach(source), { kind: "danger" }),
    );
  }

  /** @param {NewsSource} source */
  async #detach({ id, tag }) {
    try {
      await this.#app.rest.administration.detachSource(tag, id);
      this.#sources.set((this.#sources.value ?? []).filter((each) => each.id !== id));
    } catch (error) {
      this.#app.toasts.error(sentenceFor(error));
    }
  }
}

function noneYet() {
  return emptyState({
    title: say("noNewsYet"),
    text: say("attachAFeedToA"),
    icon: "posts",
  });
}
