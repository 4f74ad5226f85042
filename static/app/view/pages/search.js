// @ts-check
// What a search found, section by section.

/** @import { Rest } from "../../wire/rest.js" */
/** @import { Section } from "../../types-recognition" */
/** @import { Listing } from "../../model/listing.js" */

import { FindingsLink } from "../../link/findings-link.js";
import { SuggestLink } from "../../link/suggest-link.js";
import { Findings } from "../../model/findings.js";
import { Suggesting } from "../../model/suggesting.js";
import { say } from "../../words/search.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { foundPerson, foundPost, foundStream, foundTag, foundVideo } from "../search/found.js";
import { SearchBox } from "../search/search-box.js";

/**
 * @param {{ rest: Rest, go: (path: string) => void }} app
 * @param {string} search the address's query
 */
export function openSearch(app, search) {
  return new SearchPage(app, new URLSearchParams(search).get("q")?.trim() ?? "");
}

class SearchPage extends View {
  #link;
  #findings;
  #state = h("div", { role: "status" });

  /**
   * @param {{ rest: Rest, go: (path: string) => void }} app
   * @param {string} q
   */
  constructor({ rest, go }, q) {
    super(h("div", { class: "page search-page" }));
    this.title = q ? say("searchOf", { q }) : say("search");
    const findings = new Findings(q);
    this.#findings = findings;
    this.#link = new FindingsLink(rest, findings);
    const suggesting = new Suggesting();
    const suggestLink = this.own(new SuggestLink(rest, suggesting));
    const box = this.own(
      new SearchBox(
        suggesting,
        { type: (text) => suggestLink.type(text), go },
        { id: "page-search" },
      ),
    );
    box.set(q);
    this.element.append(
      box.element,
      h("h1", {}, ...(q ? [h("span", { class: "soft" }, say("foundFor")), " ", q] : [say("search")])),
      this.#state,
      this.#section("streams", say("streams"), findings.streams, foundStream),
      this.#section("people", say("people"), findings.people, foundPerson),
      this.#section("tags", say("tags"), findings.tags, foundTag),
      this.#section("posts", say("posts"), findings.posts, foundPost),
      this.#section("videos", say("videos"), findings.videos, foundVideo),
    );
    this.watch([findings], () => this.#render());
    void this.#link.open();
  }

  /**
   * @template {{ id: string }} T
   * @param {Section} section
   * @param {string} title
   * @param {Listing<T>} listing
   * @param {(item: T) => { element: HTMLElement, update: (item: T) => void }} create
   */
  #section(section, title, listing, create) {
    const list = h("ul", { class: `found found-${section}` });
    const more = button(say("more", { kind: section }), {
      kind: "quiet",
      onclick: () => this.#link.more(section),
    });
    const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
    const id = `found-${section}`;
    const element = h(
      "section",
      { class: "found-section", "aria-labelledby": id, "data-testid": id },
      h("h2", { id }, title),
      list,
      problem,
      more,
    );
    const rows = new KeyedList(list, (/** @type {T} */ item) => item.id, create);
    this.watch([listing], () => {
      rows.set(listing.items);
      element.hidden = listing.items.length === 0;
      more.hidden = listing.next === null;
      more.disabled = listing.isFetching;
      setText(problem, listing.problem);
      problem.hidden = listing.problem === "";
    });
    return element;
  }

  #render() {
    const { state, q, problem, isEmpty } = this.#findings;
    if (state === "loading") return fill(this.#state, spinner(say("searching")));
    if (state === "idle") return fill(this.#state, invitation());
    if (state === "failed") return fill(this.#state, this.#failure(problem));
    fill(this.#state, isEmpty && nothingFound(q));
  }

  /** @param {string} problem */
  #failure(problem) {
    const action = button(say("tryAgain"), { icon: "rotate", onclick: () => void this.#link.open() });
    return emptyState({
      title: say("theSearchDidNotCome"),
      text: problem,
      icon: "alert",
      action,
    });
  }
}

function invitation() {
  return emptyState({
    title: say("whatAreYouLookingFor"),
    text: say("peoplePostsStreamsVideosAnd"),
    icon: "search",
  });
}

/** @param {string} q */
function nothingFound(q) {
  return emptyState({
    title: say("nothingFoundFor", { q }),
    text: say("tryFewerWordsOrOnly"),
    icon: "search",
  });
}
