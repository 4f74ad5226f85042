// @ts-check
// Writing a challenge, new or anew: for moderators.

/** @import { Challenge, GivenChallenge } from "../../types-recognition" */

import { say } from "../../words/challenges.js";
import { Field, button, showProblem } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";

const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * @param {{ challenge?: Challenge, save: (given: GivenChallenge) => Promise<void> }} form
 */
export function openChallengeForm({ challenge, save }) {
  const start = challenge ? Date.parse(challenge.start_date) : Date.now();
  const end = challenge ? Date.parse(challenge.end_date) : Date.now() + WEEK_MS;
  const title = new Field(
    say("title"),
    h("input", { maxlength: 100, value: challenge?.title ?? "", "data-testid": "challenge-title" }),
    { pointer: "/title" },
  );
  const description = new Field(
    say("description"),
    h("textarea", { rows: 6, maxlength: 10_000 }, challenge?.description ?? ""),
    { pointer: "/description", hint: say("whatIsToBeMade") },
  );
  const starts = new Field(
    say("starts"),
    h("input", { type: "datetime-local", value: localTime(start) }),
    { pointer: "/start_date" },
  );
  const ends = new Field(
    say("ends"),
    h("input", { type: "datetime-local", value: localTime(end) }),
    {
      pointer: "/end_date",
    },
  );
  const reward = new Field(
    say("points"),
    h("input", { type: "number", min: 0, max: 10_000, value: challenge?.reward_points ?? 100 }),
    { pointer: "/reward_points", hint: say("theMostThatASubmission") },
  );
  const fields = [title, description, starts, ends, reward];
  const problem = h("p", { class: "form-problem", role: "alert", hidden: true });
  const submit = button(challenge ? say("save") : say("announceIt"), {
    kind: "primary",
    type: "submit",
    "data-testid": "challenge-save",
  });

  openDialog(challenge ? say("editTheChallenge") : say("newChallenge"), (close) => {
    const submitted = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const isMissing = [title, starts, ends].filter((field) => field.value.trim() === "");
      for (const field of isMissing) field.setError(say("thisIsNeeded"));
      if (isMissing[0]) return isMissing[0].control.focus();
      submit.disabled = true;
      try {
        await save({
          title: title.value.trim(),
          description: description.value.trim() || null,
          start_date: new Date(starts.value).toISOString(),
          end_date: new Date(ends.value).toISOString(),
          reward_points: Number(reward.value),
        });
        close();
      } catch (error) {
        const text = showProblem(error, fields);
        setText(problem, text);
        problem.hidden = text === "";
      }
      submit.disabled = false;
    };
    return [
      h(
        "form",
        { class: "form", novalidate: true, onsubmit: submitted },
        title.element,
        description.element,
        h("div", { class: "form-pair" }, starts.element, ends.element),
        reward.element,
        problem,
        h("div", { class: "dialog-actions" }, submit),
      ),
    ];
  });
}

/**
 * As a `datetime-local` field wants it: this computer's time, to the minute.
 * @param {number} ms
 */
function localTime(ms) {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}
