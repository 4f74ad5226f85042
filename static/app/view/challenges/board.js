// @ts-check
// Who was accepted, the most points first.

/** @import { OpenChallenge } from "../../model/challenge.js" */
/** @import { BoardEntry } from "../../types-recognition" */

import { say } from "../../words/challenges.js";
import { avatar, button, link } from "../kit/controls.js";
import { KeyedList, h, setText } from "../kit/dom.js";
import { countOf } from "../kit/format.js";
import { View } from "../kit/view.js";
import { submitted } from "./part.js";

export class BoardView extends View {
  /**
   * @param {OpenChallenge} model
   * @param {{ more: () => void }} actions
   */
  constructor({ board }, { more }) {
    super(h("section", { class: "challenge-board", "aria-labelledby": "board-title" }));
    const list = h("ol", { class: "standings" });
    const note = h("p", { class: "soft" });
    const next = button(say("showMore"), { kind: "quiet", onclick: more });
    this.element.append(h("h2", { id: "board-title" }, say("board")), list, note, next);
    const rows = new KeyedList(
      list,
      (/** @type {BoardEntry & { id: string }} */ entry) => entry.id,
      boardRow,
    );
    this.watch([board], () => {
      rows.set(board.items);
      list.hidden = board.items.length === 0;
      next.hidden = board.next === null;
      next.disabled = board.isFetching;
      const isEmpty = board.state === "ready" && board.items.length === 0;
      setText(note, isEmpty ? say("nobodyStandsHereYetAccepted") : board.problem);
      note.hidden = note.textContent === "";
    });
  }
}

/** @param {BoardEntry} entry */
function boardRow({ user, submission_url }) {
  const points = h("span", { class: "standing-points" });
  const element = h(
    "li",
    { class: "standing board-entry", "data-testid": "board-entry" },
    h("span", { class: "standing-rank number", "aria-hidden": "true" }),
    avatar(user),
    h(
      "span",
      { class: "standing-name" },
      link(`/users/${user.username}`, {}, user.username),
      submitted(submission_url),
    ),
    points,
  );
  return {
    element,
    update: (/** @type {BoardEntry} */ { points_earned }) =>
      setText(points, countOf(points_earned, "point")),
  };
}
