// @ts-check
// The leaderboards: this week's, this month's, all time's.

/** @import { Session } from "../../model/session.js" */
/** @import { Period, Standing } from "../../types-recognition" */
/** @import { Rest } from "../../wire/rest.js" */

import { ListingLink } from "../../link/listing-link.js";
import { Leaderboard, PERIODS } from "../../model/leaderboard.js";
import { say, sayWith } from "../../words/challenges.js";
import { avatar, button, emptyState, link, spinner } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { countOf } from "../kit/format.js";
import { View } from "../kit/view.js";

/** @typedef {{ rest: Rest, session: Session }} LeaderboardsApp */

/** @type {Record<Period, string>} */
const NAMES = { weekly: say("thisWeek"), monthly: say("thisMonth"), "all-time": say("allTime") };

/**
 * @param {LeaderboardsApp} app
 * @param {string} search the address's query
 */
export function openLeaderboards(app, search) {
  const wanted = new URLSearchParams(search).get("board");
  const period = PERIODS.find((each) => each === wanted) ?? "weekly";
  return new LeaderboardsPage(app, new Leaderboard(period));
}

class LeaderboardsPage extends View {
  title = say("leaderboards");
  #board;
  #link;
  #state = h("div", {});
  #mine = h("div", { class: "my-standing", "data-testid": "my-standing", hidden: true });

  /**
   * @param {LeaderboardsApp} app
   * @param {Leaderboard} board
   */
  constructor({ rest, session }, board) {
    super(h("div", { class: "page leaderboards-page" }));
    this.#board = board;
    const { standings, period } = board;
    this.#link = new ListingLink(standings, async (cursor) => {
      const page = await rest.challenges.leaderboard(period, { cursor });
      board.set(page.board, page.me);
      return { items: page.items.map((each) => ({ ...each, id: each.user.id })), next: page.next };
    });
    const list = h("ol", { class: "standings", "data-testid": "standings" });
    const more = button(say("showMore"), { kind: "quiet", onclick: () => void this.#link.more() });
    this.element.append(
      h("header", { class: "page-head" }, h("h1", {}, say("leaderboards"))),
      h(
        "nav",
        { class: "segments", "aria-label": say("whichBoard") },
        ...PERIODS.map((each) => tab(each, period)),
      ),
      this.#mine,
      list,
      this.#state,
      more,
      h("p", { class: "soft small" }, say("pointsComeFromAcceptedSuggestions")),
    );
    const rows = new KeyedList(
      list,
      (/** @type {Standing & { id: string }} */ each) => each.id,
      (each) => new StandingRow(each),
    );
    this.watch([board, standings, session], () => {
      const { me, mostPoints } = board;
      const isOwn = (/** @type {Standing} */ each) => each.user.id === session.user?.id;
      rows.set(standings.items.map((each) => ({ ...each, isOwn: isOwn(each), mostPoints })));
      list.hidden = standings.items.length === 0;
      more.hidden = standings.next === null;
      more.disabled = standings.isFetching;
      this.#renderMine(me, session.user !== null);
      this.#renderState();
    });
    void this.#link.open();
  }

  /**
   * @param {Standing | null} me
   * @param {boolean} isSignedIn
   */
  #renderMine(me, isSignedIn) {
    const { state, items } = this.#board.standings;
    this.#mine.hidden = state !== "ready" || (items.length === 0 && !me);
    if (me) {
      fill(
        this.#mine,
        h("span", { class: "my-rank number" }, `#${me.rank}`),
        h(
          "span",
          {},
          ...sayWith("isYourPlace", { points: h("strong", {}, countOf(me.points, "point")) }),
        ),
      );
    } else if (isSignedIn) {
      fill(
        this.#mine,
        h("span", {}, `${say("youHaveNoPoints")} `),
        link("/challenges", {}, say("takeAChallenge")),
      );
    } else {
      fill(
        this.#mine,
        h(
          "span",
          {},
          ...sayWith("signInToSeeYourPlace", {
            link: link("/signin?next=/leaderboards", {}, say("signInLink")),
          }),
        ),
      );
    }
  }

  #renderState() {
    const { state, items, problem } = this.#board.standings;
    if (state === "loading") return fill(this.#state, spinner(say("counting")));
    if (problem) {
      const action = button(say("tryAgain"), {
        icon: "rotate",
        onclick: () => void (items.length > 0 ? this.#link.more() : this.#link.open()),
      });
      return fill(
        this.#state,
        emptyState({
          title: say("theBoardCouldNotBe"),
          text: problem,
          icon: "alert",
          action,
        }),
      );
    }
    fill(this.#state, items.length === 0 && nobodyYet());
  }
}

class StandingRow {
  #rank = h("span", { class: "standing-rank number" });
  #points = h("span", { class: "standing-points" });
  element;

  /** @param {Standing} standing */
  constructor({ user }) {
    this.element = h(
      "li",
      { class: "standing", "data-testid": "standing" },
      this.#rank,
      avatar(user),
      link(`/users/${user.username}`, { class: "standing-name" }, user.username),
      this.#points,
    );
  }

  /** @param {Standing & { isOwn?: boolean, mostPoints?: number }} standing */
  update({ rank, points, isOwn = false, mostPoints = 0 }) {
    setText(this.#rank, rank);
    setText(this.#points, countOf(points, "point"));
    this.element.classList.toggle("is-own", isOwn);
    this.element.dataset.rank = String(rank);
    // The bar behind a row: how much of the first one's points these are.
    this.element.style.setProperty("--share", String(mostPoints ? points / mostPoints : 0));
  }
}

/**
 * @param {Period} period
 * @param {Period} current
 */
function tab(period, current) {
  return link(
    `/leaderboards?board=${period}`,
    { class: "segment", "aria-current": period === current ? "page" : null },
    NAMES[period],
  );
}

function nobodyYet() {
  return emptyState({
    title: say("nobodyHasPointsHereYet"),
    text: say("theFirstAcceptedSuggestionOr"),
    icon: "trophy",
    action: link("/challenges", { class: "button" }, say("seeTheChallenges")),
  });
}
