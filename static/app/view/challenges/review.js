// @ts-check
// What was submitted, for moderators: look, accept with points or send back with a note.

/** @import { OpenChallenge, ReviewState } from "../../model/challenge.js" */
/** @import { Part } from "../../types-recognition" */

import { say } from "../../words/challenges.js";
import { Field, avatar, button, showProblem } from "../kit/controls.js";
import { KeyedList, h, setAttributes, setText } from "../kit/dom.js";
import { formatAgo } from "../kit/format.js";
import { View } from "../kit/view.js";
import { submitted } from "./part.js";

/**
 * @typedef {object} ReviewActions
 * @property {(state: ReviewState) => void} review
 * @property {() => void} more
 * @property {(username: string, acceptance: { points: number, note?: string }) => Promise<void>} accept
 * @property {(username: string, note: string) => Promise<void>} sendBack
 */

/** @type {[ReviewState, string, string][]} */
const STATES = [
  ["submitted", say("waiting"), say("nothingWaitsForAReview")],
  ["returned", say("sentBack"), say("nothingWasSentBack")],
  ["accepted", say("accepted"), say("nothingWasAcceptedYet")],
];

export class ReviewView extends View {
  /**
   * @param {{ model: OpenChallenge, username: string }} models
   * @param {ReviewActions} actions
   */
  constructor({ model, username }, actions) {
    super(h("section", { class: "review", "aria-labelledby": "review-title" }));
    const filters = STATES.map(([state, label]) =>
      button(label, { class: "segment", onclick: () => actions.review(state) }),
    );
    const list = h("ul", { class: "submissions" });
    const note = h("p", { class: "soft", role: "status" });
    const more = button(say("showMore"), { kind: "quiet", onclick: actions.more });
    this.element.append(
      h("h2", { id: "review-title" }, say("submissions")),
      h(
        "div",
        { class: "segments", role: "group", "aria-label": say("whichSubmissions") },
        ...filters,
      ),
      list,
      note,
      more,
    );
    const rows = new KeyedList(
      list,
      (/** @type {Part & { id: string }} */ part) =>
        `${part.id} ${part.state} ${part.submitted_at}`,
      (part) => submission(part, { model, username }, actions),
    );
    this.watch([model, model.submissions], () => {
      const { items, next, state, problem, isFetching } = model.submissions;
      rows.set(items);
      STATES.forEach(([each], index) => {
        const filter = filters[index];
        if (filter) setAttributes(filter, { "aria-pressed": String(each === model.reviewing) });
      });
      more.hidden = next === null;
      more.disabled = isFetching;
      const nothing = STATES.find(([each]) => each === model.reviewing)?.[2] ?? "";
      setText(note, problem || (state === "ready" && items.length === 0 ? nothing : ""));
      note.hidden = note.textContent === "";
    });
  }
}

/**
 * @param {Part} part
 * @param {{ model: OpenChallenge, username: string }} models
 * @param {ReviewActions} actions
 */
function submission(part, { model, username }, actions) {
  const { user, submission_url, submitted_at, state, points_earned, review_note } = part;
  const element = h(
    "li",
    { class: "submission", "data-testid": "submission" },
    h(
      "div",
      { class: "submission-head" },
      avatar(user),
      h("strong", {}, user.username),
      submitted_at && h("span", { class: "soft small" }, formatAgo(submitted_at, Date.now())),
      state === "accepted" && h("span", { class: "chip" }, `+${points_earned}`),
    ),
    submission_url ? submitted(submission_url) : null,
    review_note ? h("blockquote", { class: "review-note" }, review_note) : null,
  );
  const isOwn = user.username === username;
  if (isOwn) element.append(h("p", { class: "soft small" }, say("yoursAnotherModeratorReviewsIt")));
  else if (state !== "accepted") element.append(reviewForm(part, model, actions));
  return { element, update: () => {} };
}

/**
 * @param {Part} part
 * @param {OpenChallenge} model
 * @param {ReviewActions} actions
 */
function reviewForm({ user, state }, model, actions) {
  const most = model.challenge?.reward_points ?? 0;
  const points = new Field(
    say("pointsAtMost", { most }),
    h("input", { type: "number", min: 0, max: most, value: most, class: "input" }),
    { pointer: "/points" },
  );
  const note = new Field(say("note"), h("textarea", { rows: 2, maxlength: 2_000 }), {
    pointer: "/note",
  });
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  /** @param {() => Promise<void>} act */
  const attempt = async (act) => {
    problem.hidden = true;
    try {
      await act();
    } catch (error) {
      const text = showProblem(error, [points, note]);
      setText(problem, text);
      problem.hidden = text === "";
    }
  };
  const accept = () => {
    const text = note.value.trim();
    const acceptance = { points: Number(points.value), ...(text ? { note: text } : {}) };
    return attempt(() => actions.accept(user.username, acceptance));
  };
  const sendBack = () => {
    const text = note.value.trim();
    if (!text) return note.setError(say("sayWhatIsMissing"));
    return attempt(() => actions.sendBack(user.username, text));
  };
  return h(
    "div",
    { class: "review-form" },
    points.element,
    note.element,
    problem,
    h(
      "div",
      { class: "row" },
      button(say("accept"), {
        kind: "primary",
        icon: "accept",
        onclick: () => void accept(),
        "data-testid": "accept",
      }),
      state === "submitted" &&
        button(say("sendBack"), { icon: "reply", onclick: () => void sendBack() }),
    ),
  );
}
