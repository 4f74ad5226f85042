// @ts-check
// The suggestions for one code session: what is proposed, votes on it, and the owner's decision.

/** @import { CodeLink } from "../../link/code-link.js" */
/** @import { OpenCode } from "../../model/code.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Suggestion } from "../../types" */
/** @import { CardState } from "./suggestion.js" */

import { say } from "../../words/code.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { openRejectionForm } from "./rejection-form.js";
import { SuggestForm } from "./suggest-form.js";
import { openComparison } from "./suggestion-comparison.js";
import { SuggestionCard } from "./suggestion.js";

export class SuggestionsView extends View {
  #code;
  #room;
  #session;
  #link;
  #showLines;
  #count = h("span", { class: "count number" });
  #open = button(say("suggest"), { icon: "suggest", "data-testid": "suggest-open" });
  #formPlace = h("div");
  #list = h("ol", { class: "suggestion-list" });
  #state = h("div");
  /** Ids as they are listed. @type {string[]} */
  #order = [];

  /**
   * @param {{ code: OpenCode, room: Room, session: Session }} models
   * @param {CodeLink} link
   * @param {{ showLines: (start: number, end: number) => void }} actions
   */
  constructor({ code, room, session }, link, { showLines }) {
    super(h("aside", { class: "suggestions", "aria-label": say("suggestions") }));
    this.#code = code;
    this.#room = room;
    this.#session = session;
    this.#link = link;
    this.#showLines = showLines;
    this.#open.addEventListener("click", () => {
      const { start = 1, end = 1 } = this.#code.selection ?? {};
      this.#openForm({ lineStart: start, lineEnd: end });
    });
    this.element.append(
      h(
        "header",
        { class: "suggestions-head" },
        h("h2", {}, say("suggestions")),
        this.#count,
        this.#open,
      ),
      this.#formPlace,
      this.#state,
      this.#list,
    );
    const cards = new KeyedList(
      this.#list,
      (/** @type {CardState} */ each) => each.id,
      (each) => this.#createCard(each),
    );
    this.watch([code, code.suggestions, code.places, room, session], () => this.#render(cards));
    this.#list.addEventListener("pointerleave", () => this.#render(cards));
  }

  /** @param {number} line */
  showForLine(line) {
    const found = this.#code.suggestions.open.find(
      (each) => (this.#code.places.of(each.id)?.start ?? each.line_start) === line,
    );
    const card = found && this.#list.querySelector(`[data-id="${found.id}"]`);
    if (!(card instanceof HTMLElement)) return;
    card.scrollIntoView({ block: "nearest" });
    card.focus({ preventScroll: true });
  }

  /** @param {CardState} suggestion */
  #createCard({ id }) {
    const link = this.#link;
    return new SuggestionCard({
      vote: (value) => void link.vote(id, value),
      accept: () => void link.accept(id),
      reject: () => openRejectionForm((note) => void link.reject(id, note)),
      withdraw: () => void link.withdraw(id),
      compare: () => this.#compare(id),
      show: this.#showLines,
    });
  }

  /** @param {KeyedList<CardState>} cards */
  #render(cards) {
    const { suggestions, places, state, selection } = this.#code;
    const { user } = this.#session;
    const { isOwner, stream } = this.#room;
    cards.set(
      this.#inOrder(suggestions.items).map((suggestion) => ({
        ...suggestion,
        place: places.of(suggestion.id),
        isMine: user !== null && suggestion.user?.id === user.id,
        myVote: suggestions.myVote(suggestion.id),
        isBusy: suggestions.busy.has(suggestion.id),
        canVote: user !== null && suggestion.user?.id !== user.id,
        isOwner,
      })),
    );
    setText(this.#count, suggestions.open.length || "");
    this.#open.hidden =
      !user || state !== "ready" || stream?.status === "ended" || this.#formPlace.hasChildNodes();
    const range = selection && linesText(selection.start, selection.end);
    setText(this.#open.lastElementChild ?? this.#open, range ? say("suggestFor", { range }) : say("suggest"));
    fill(this.#state, this.#stateNote());
  }

  /**
   * Ranked by votes, but nothing moves away under a pointer that is about to press.
   * @param {Suggestion[]} ranked
   */
  #inOrder(ranked) {
    if (this.#list.matches(":hover")) {
      const places = new Map(this.#order.map((id, place) => [id, place]));
      const placeOf = (/** @type {Suggestion} */ each) => places.get(each.id) ?? this.#order.length;
      ranked = ranked.toSorted((a, b) => placeOf(a) - placeOf(b));
    }
    this.#order = ranked.map((each) => each.id);
    return ranked;
  }

  /** @param {string} id */
  #compare(id) {
    const suggestion = this.#code.suggestions.items.find((each) => each.id === id);
    if (!suggestion) return;
    const { places } = this.#code;
    const { user } = this.#session;
    const isMine = user !== null && suggestion.user?.id === user.id;
    openComparison(
      { suggestion, places, isOwner: this.#room.isOwner, isMine },
      {
        renew: (content) => {
          const { start: lineStart, end: lineEnd } = places.of(id) ?? { start: 1, end: 1 };
          this.#openForm({ lineStart, lineEnd, content }, id);
        },
        accept: (seen) => void this.#link.accept(id, seen),
        reject: () => openRejectionForm((note) => void this.#link.reject(id, note)),
      },
    );
  }

  #stateNote() {
    const { suggestions, state } = this.#code;
    if (state !== "ready" || suggestions.items.length > 0 || this.#formPlace.hasChildNodes())
      return null;
    if (suggestions.state === "loading") return spinner(say("loadingSuggestions"));
    if (suggestions.state === "failed") {
      return button(say("loadTheSuggestionsAgain"), {
        icon: "rotate",
        onclick: () => void this.#link.loadSuggestions(),
      });
    }
    const text = this.#session.user
      ? say("selectLinesInTheCode")
      : say("signedInViewersProposeChanges");
    return emptyState({ title: say("noSuggestionsYet"), text });
  }

  /**
   * @param {{ lineStart: number, lineEnd: number, content?: string }} range
   * @param {string | null} [replaced] the suggestion in whose place this one comes
   */
  #openForm(range, replaced = null) {
    const form = new SuggestForm(
      range,
      {
        lines: (start, end) => this.#link.lines(start, end),
        lineCount: () => this.#link.lineCount,
        suggest: async (proposal) => {
          await this.#link.suggest(proposal);
          if (replaced !== null) await this.#link.withdraw(replaced);
        },
        close: () => {
          fill(this.#formPlace);
          this.#code.suggestions.changed();
          this.#open.focus();
        },
      },
    );
    fill(this.#formPlace, form.element);
    this.#code.suggestions.changed();
    form.focus();
  }
}

/**
 * @param {number} start
 * @param {number} end
 */
export function linesText(start, end) {
  return start === end ? say("lineOf", { line: start }) : say("linesOf", { start, end });
}
