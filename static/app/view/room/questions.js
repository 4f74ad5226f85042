// @ts-check
// What viewers ask: one asks, the others say what they want answered, the streamer answers.

/** @import { QuestionsLink } from "../../link/questions-link.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { Session } from "../../model/session.js" */
/** @import { ViewerQuestion } from "../../types-questions" */

import { QUESTION_LIMIT } from "../../model/questions.js";
import { sentenceFor } from "../../wire/problem.js";
import { say, sayWith } from "../../words/room.js";
import { button, emptyState, iconButton, link, personLink } from "../kit/controls.js";
import { KeyedList, fill, h, setAttributes, setText } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

/** @typedef {{ question: ViewerQuestion, isMine: boolean, mayVote: boolean, isStaff: boolean }} QuestionState */

export class QuestionsView extends View {
  #room;
  #session;
  #rest = h("div", {});
  #foot = h("div", { class: "questions-foot" });
  #form;
  #done = h("ul", { class: "questions-list", "aria-label": say("answeredQuestions") });
  #count = h("summary", { class: "soft small" });
  #answered = h("details", { class: "questions-answered" }, this.#count, this.#done);

  /**
   * @param {{ room: Room, session: Session }} models
   * @param {QuestionsLink} questionsLink
   */
  constructor({ room, session }, questionsLink) {
    super(
      h("section", { class: "questions panel", "aria-label": say("questions"), "data-testid": "questions" }),
    );
    this.#room = room;
    this.#session = session;
    this.#form = new QuestionForm(room, (content, id) => questionsLink.ask(content, id));
    const list = h("ul", {
      class: "questions-list",
      "aria-label": say("openQuestions"),
      "data-testid": "open-questions",
    });
    const rows = (/** @type {HTMLElement} */ parent) =>
      new KeyedList(
        parent,
        (/** @type {QuestionState} */ { question }) => question.id,
        () => new QuestionRow(questionsLink),
      );
    const [open, done] = [rows(list), rows(this.#done)];
    this.element.append(
      h("header", { class: "panel-head" }, h("h2", {}, say("questions"))),
      h("div", { class: "questions-scroller" }, list, this.#rest, this.#answered),
      this.#foot,
    );
    this.watch([room, room.house, room.questions, session], () => this.#render(open, done));
  }

  /**
   * @param {KeyedList<QuestionState>} open
   * @param {KeyedList<QuestionState>} done
   */
  #render(open, done) {
    const { questions, stream } = this.#room;
    const asked = questions.open;
    open.set(asked.map((question) => this.#state(question)));
    done.set(questions.answered.map((question) => this.#state(question)));
    setText(this.#count, say("answeredNumber", { number: questions.answered.length }));
    this.#answered.hidden = questions.answered.length === 0;
    const isEmpty = asked.length === 0 && questions.state !== "loading";
    fill(this.#rest, isEmpty && noQuestions(questions.state === "failed", this.#room.isOwner));
    const isOver = stream?.status === "ended";
    const isBanned = this.#room.house.banNow(Date.now()) !== null;
    if (this.#session.state === "loading") return;
    if (!this.#session.user) return fill(this.#foot, signIn());
    this.#form.render();
    fill(this.#foot, !isOver && !isBanned && this.#form.element);
  }

  /** @param {ViewerQuestion} question */
  #state(question) {
    const { user } = this.#session;
    const isOwn = question.user.id === user?.id;
    return {
      question,
      isMine: this.#room.questions.isMine(question.id),
      mayVote: user !== null && !isOwn && question.status === "open",
      isStaff: this.#room.house.isStaff,
    };
  }
}

class QuestionRow {
  #link;
  #votes = h("span", { class: "number" });
  #vote;
  #text = h("p", { class: "question-text" });
  #about = h("p", { class: "soft small" });
  #tools = h("div", { class: "question-tools" });
  /** @type {ViewerQuestion | null} */
  #question = null;
  element;

  /** @param {QuestionsLink} questionsLink */
  constructor(questionsLink) {
    this.#link = questionsLink;
    this.#vote = h(
      "button",
      {
        type: "button",
        class: "question-vote",
        "data-testid": "question-vote",
        onclick: () => this.#question && void questionsLink.vote(this.#question.id),
      },
      icon("up", 16),
      this.#votes,
    );
    this.element = h(
      "li",
      { class: "question", "data-testid": "question" },
      this.#vote,
      h("div", { class: "question-lines" }, this.#text, this.#about, this.#tools),
    );
  }

  /** @param {QuestionState} state */
  update({ question, isMine, mayVote, isStaff }) {
    this.#question = question;
    setText(this.#text, question.content);
    setText(this.#votes, question.votes_count);
    this.#vote.disabled = !mayVote;
    setAttributes(this.#vote, {
      "aria-pressed": String(isMine),
      "aria-label": isMine
        ? say("wantThisAnsweredYouToo", { count: question.votes_count })
        : say("wantThisAnswered", { count: question.votes_count }),
    });
    const when = formatAgo(question.created_at, Date.now());
    fill(this.#about, personLink(question.user), ` · ${when}`);
    this.element.classList.toggle("is-on-screen", question.is_highlighted);
    fill(this.#tools, ...(isStaff ? this.#staffTools(question) : []));
    this.#tools.hidden = !isStaff;
  }

  /** @param {ViewerQuestion} question */
  #staffTools(question) {
    const resolve = (/** @type {ViewerQuestion["status"]} */ to) =>
      void this.#link.resolve(question, to);
    if (question.status !== "open") {
      return [button(say("openAgain"), { kind: "quiet", onclick: () => resolve("open") })];
    }
    const screen = question.is_highlighted ? say("offTheScreen") : say("showOnScreen");
    return [
      button(say("answered"), {
        kind: "quiet",
        "data-testid": "question-answered",
        onclick: () => resolve("answered"),
      }),
      button(screen, {
        kind: "quiet",
        "data-testid": "question-screen",
        onclick: () => void this.#link.toggleScreen(question),
      }),
      iconButton("close", say("dismiss"), { onclick: () => resolve("dismissed") }),
    ];
  }
}

class QuestionForm {
  #room;
  #ask;
  #clientId = crypto.randomUUID();
  #input = h("input", {
    class: "input",
    maxlength: String(QUESTION_LIMIT),
    placeholder: say("askTheStreamer"),
    "aria-label": say("yourQuestion"),
    "data-testid": "question-input",
    enterkeyhint: "send",
    autocomplete: "off",
  });
  #send = button(say("ask"), { kind: "primary", type: "submit", "data-testid": "question-ask" });
  #problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  element;

  /**
   * @param {Room} room
   * @param {(content: string, clientId: string) => Promise<void>} ask
   */
  constructor(room, ask) {
    this.#room = room;
    this.#ask = ask;
    this.element = h(
      "form",
      { class: "question-form", onsubmit: (event) => void this.#submit(event) },
      h("div", { class: "question-line" }, this.#input, this.#send),
      this.#problem,
    );
    this.#input.addEventListener("input", () => {
      room.questions.draft = this.#input.value;
      // Other words are another question.
      this.#clientId = crypto.randomUUID();
      this.#say("");
      this.render();
    });
  }

  render() {
    if (this.#input.value !== this.#room.questions.draft) {
      this.#input.value = this.#room.questions.draft;
    }
    this.#send.disabled = this.#input.value.trim() === "";
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const content = this.#input.value.trim();
    if (content === "") return;
    this.#send.disabled = true;
    try {
      await this.#ask(content, this.#clientId);
      this.#room.questions.draft = "";
      this.#clientId = crypto.randomUUID();
      this.#say("");
    } catch (error) {
      this.#say(sentenceFor(error));
    }
    this.render();
  }

  /** @param {string} text */
  #say(text) {
    setText(this.#problem, text);
    this.#problem.hidden = text === "";
  }
}

/** The question that everybody sees over the picture. */
export class QuestionOnScreen extends View {
  /** @param {Room} room */
  constructor(room) {
    const who = h("p", { class: "on-screen-who" });
    const text = h("p", { class: "on-screen-text" });
    super(
      h(
        "div",
        { class: "on-screen", role: "status", hidden: true, "data-testid": "on-screen" },
        who,
        text,
      ),
    );
    this.watch([room.questions, room], () => {
      // Where the picture was, it is said that the stream has ended.
      const hasEnded = room.stream?.status === "ended";
      const question = hasEnded ? null : room.questions.onScreen;
      setText(who, question ? say("asks", { name: question.user.username }) : "");
      setText(text, question?.content ?? "");
      this.element.hidden = question === null;
    });
  }
}

/**
 * @param {boolean} hasFailed
 * @param {boolean} isOwner
 */
function noQuestions(hasFailed, isOwner) {
  if (hasFailed) {
    return emptyState({
      title: say("theQuestionsCouldNotBe"),
      text: say("theyComeBackWithThe"),
      icon: "alert",
    });
  }
  const text = isOwner
    ? say("whatYourViewersAskStands")
    : say("askWhatYouWantTo");
  return emptyState({ title: say("noQuestionsYet"), text, icon: "question" });
}

function signIn() {
  const next = `?next=${encodeURIComponent(window.location.pathname)}`;
  return h(
    "p",
    { class: "sign-in-line" },
    ...sayWith("signInToAsk", { link: link(`/signin${next}`, {}, say("signInLink")) }),
  );
}
