// @ts-check
// The poll: a question with bars that move. The owner opens and closes it, everybody votes once.

/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { Page, Poll, PollOption } from "../../types" */
/** @import { NewPoll } from "./poll-form.js" */

import { say } from "../../words/room.js";
import { button, emptyState } from "../kit/controls.js";
import { KeyedList, fill, h, setAttributes, setText } from "../kit/dom.js";
import { countOf, formatCountdown } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";
import { openPastPolls } from "./past-polls.js";
import { openPollForm } from "./poll-form.js";

/** When the counts of an open poll can be seen. */
const WHEN = {
  always: "",
  after_vote: say("youSeeTheResultWhen"),
  at_close: say("theResultIsShownWhen"),
};

/** @typedef {{ vote: (optionId: string) => void, closePoll: () => void, openPoll: (poll: NewPoll) => Promise<void>, pastPolls: (before: string | null) => Promise<Page<Poll>> }} PollActions */

export class PollView extends View {
  #room;
  #session;
  #question = h("p", { class: "poll-question" });
  #options = h("ul", { class: "poll-options" });
  #note = h("p", { class: "poll-note soft small" });
  #total = h("span", { class: "number", "data-testid": "poll-total" });
  #timer = h("span", { class: "poll-timer number" });
  #body = h("div", { class: "poll-body" });
  #open = button(say("newPoll"), { icon: "plus", kind: "quiet", "data-testid": "poll-open" });
  #close = button(say("closePoll"), { kind: "quiet", "data-testid": "poll-close" });
  #card;

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {PollActions} actions
   */
  constructor({ room, session }, actions) {
    super(h("section", { class: "poll panel", "aria-label": say("poll"), "data-testid": "poll" }));
    this.#room = room;
    this.#session = session;
    this.#open.addEventListener("click", () => openPollForm(actions.openPoll));
    this.#close.addEventListener("click", () => actions.closePoll());
    this.#card = h(
      "div",
      { class: "poll-card" },
      this.#question,
      this.#options,
      h("p", { class: "poll-foot soft small" }, this.#total, this.#timer),
      this.#note,
    );
    const past = button(say("pastPolls"), {
      kind: "quiet",
      "data-testid": "past-polls",
      onclick: () => openPastPolls(actions.pastPolls),
    });
    this.element.append(
      h("header", { class: "panel-head" }, h("h2", {}, say("poll")), past, this.#close, this.#open),
      this.#body,
    );
    const rows = new KeyedList(
      this.#options,
      (/** @type {OptionState} */ state) => state.option.id,
      () => new OptionRow(actions.vote),
    );
    this.watch([room, room.poll, session], () => this.#render(rows));
    const ticking = setInterval(() => this.#renderTimer(), 1000);
    this.whenDestroyed(() => clearInterval(ticking));
  }

  /** @param {KeyedList<OptionState>} rows */
  #render(rows) {
    const { poll, myVote, votingFor } = this.#room.poll;
    const isOwner = this.#room.isModerated;
    const isOpen = poll !== null && !poll.is_closed;
    this.element.classList.toggle("is-empty", poll === null && !isOwner);
    this.#open.hidden = !isOwner || isOpen || this.#room.stream?.status === "ended";
    this.#close.hidden = !isOwner || !isOpen;
    this.element.dataset.state = poll === null ? "none" : isOpen ? "open" : "closed";
    if (!poll) return fill(this.#body, noPoll(isOwner));
    fill(this.#body, this.#card);
    setText(this.#question, poll.question);
    const canVote = isOpen && this.#session.user !== null && myVote === null && votingFor === null;
    const isKnown = poll.options.every((option) => option.votes_count !== null);
    const mayLook = myVote !== null || !isOpen || isOwner || this.#session.user === null;
    const isShown = isKnown && mayLook;
    rows.set(
      poll.options.map((option) => ({
        option,
        share: poll.total_votes ? (option.votes_count ?? 0) / poll.total_votes : 0,
        isMine: option.id === (votingFor ?? myVote),
        isLeading: !isOpen && (option.votes_count ?? 0) > 0 && option.votes_count === leadOf(poll),
        canVote,
        isShown,
      })),
    );
    setText(this.#total, countOf(poll.total_votes, "vote"));
    this.#renderNote(isOpen, isKnown);
    this.#renderTimer();
  }

  /**
   * @param {boolean} isOpen
   * @param {boolean} isKnown
   */
  #renderNote(isOpen, isKnown) {
    const isSignedOut = this.#session.state === "signed-out";
    const invitation = isSignedOut ? say("signInToVote") : say("chooseOneYourVoteCannot");
    const when = WHEN[this.#room.poll.poll?.results ?? "always"];
    const parts = [
      isOpen && this.#room.poll.myVote === null && invitation,
      isOpen && !isKnown && when,
      isOpen && isKnown && this.#room.isModerated && when && say("theOthersSeeNoCounts"),
    ];
    const note = parts.filter(Boolean).join(" ");
    setText(this.#note, note);
    this.#note.hidden = note === "";
  }

  #renderTimer() {
    const { poll } = this.#room.poll;
    if (!poll) return;
    const left = poll.ends_at ? Date.parse(poll.ends_at) - Date.now() : null;
    setText(
      this.#timer,
      poll.is_closed
        ? say("finalResult")
        : left === null
          ? say("open")
          : say("endsIn", { left: formatCountdown(left) }),
    );
  }
}

/** @typedef {{ option: PollOption, share: number, isMine: boolean, isLeading: boolean, canVote: boolean, isShown: boolean }} OptionState */

class OptionRow {
  #text = h("span", { class: "poll-option-text" });
  #share = h("span", { class: "poll-option-share number" });
  #bar = h("span", { class: "poll-bar", "aria-hidden": "true" });
  #mark = h(
    "span",
    { class: "poll-option-mark" },
    icon("accept", 16),
    h("span", { class: "visually-hidden" }, say("yourVote")),
  );
  #button;
  #id = "";
  element;

  /** @param {(optionId: string) => void} vote */
  constructor(vote) {
    this.#button = h(
      "button",
      {
        type: "button",
        class: "poll-option",
        "data-testid": "poll-option",
        onclick: () => vote(this.#id),
      },
      this.#bar,
      this.#text,
      this.#mark,
      this.#share,
    );
    this.element = h("li", {}, this.#button);
  }

  /** @param {OptionState} state */
  update({ option, share, isMine, isLeading, canVote, isShown }) {
    this.#id = option.id;
    setText(this.#text, option.option_text);
    setText(this.#share, isShown ? `${Math.round(share * 100)}% · ${option.votes_count ?? 0}` : "");
    this.#bar.style.transform = `scaleX(${isShown ? share : 0})`;
    this.#mark.hidden = !isMine;
    this.#button.disabled = !canVote;
    setAttributes(this.#button, {
      "data-votes": option.votes_count,
      "data-mine": isMine,
      "data-leading": isLeading,
    });
  }
}

/** @param {Poll} poll */
function leadOf({ options }) {
  return Math.max(...options.map((option) => option.votes_count ?? 0));
}

/** @param {boolean} isOwner */
function noPoll(isOwner) {
  return emptyState({
    title: say("noPollYet"),
    text: isOwner ? say("askTheRoomWhatComes") : say("whenTheStreamerAsksSomething"),
    icon: "poll",
  });
}
