// @ts-check
// Home: who is live now and who will be, and below it what people write.

/** @import { App } from "../../app" */
/** @import { Session } from "../../model/session.js" */
/** @import { Stream } from "../../types" */
/** @import { Rest } from "../../wire/rest.js" */

import { DirectoryLink } from "../../link/directory-link.js";
import { Directory } from "../../model/directory.js";
import { say } from "../../words/home.js";
import { avatar, button, emptyState, link, liveChip } from "../kit/controls.js";
import { KeyedList, fill, h, setText } from "../kit/dom.js";
import { countOf, formatSince, formatWhen } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { LivePicture } from "../kit/live-picture.js";
import { miniature } from "../kit/miniature.js";
import { View } from "../kit/view.js";
import { FeedView } from "../post/feed.js";
import { PopularTags } from "../post/popular-tags.js";
import { videoShelf } from "../video/videos.js";
import { friendLead, strangerLead } from "./home-lead.js";

/**
 * @param {App} app
 * @param {string} search of the address
 */
export function openHome(app, search) {
  const { rest, session } = app;
  const directory = new Directory();
  const link = new DirectoryLink(rest, directory);
  const feed = new FeedView(app, search);
  const tags = new PopularTags(app);
  const refresh = () => void link.refresh();
  const videos = videoShelf(rest);
  const page = new HomePage({ directory, session }, { refresh, feed, tags, videos, rest });
  page.own(link);
  void link.refresh();
  return page;
}

export class HomePage extends View {
  title = say("home");
  #lead = h("div", { class: "home-lead" });
  #note = h("p", { class: "notice", role: "status", hidden: true });
  #liveTitle = h("h2", {}, say("liveNow"));
  #live = h("ul", { class: "cards", "data-testid": "live-streams" });
  #empty = h("div");
  #upcoming = h("section", { class: "aside-part", "aria-label": say("upcoming"), hidden: true });

  /**
   * @param {{ directory: Directory, session: Session }} models
   * @param {{ refresh: () => void, feed: View, tags: View, videos: View, rest: Rest }} parts
   */
  constructor({ directory, session }, { refresh, feed, tags, videos, rest }) {
    super(h("div", { class: "page home" }));
    const announced = h("ul", { class: "announcements" });
    this.#upcoming.append(h("h2", {}, say("comingUp")), announced);
    this.element.append(
      this.#lead,
      this.#note,
      this.#liveTitle,
      this.#live,
      this.#empty,
      this.own(videos).element,
      h(
        "div",
        { class: "columns" },
        this.own(feed).element,
        h("aside", { class: "aside", "aria-label": say("around") }, this.#upcoming, this.own(tags).element),
      ),
    );
    const cards = new KeyedList(this.#live, keyOf, (stream) => new StreamCard(rest, stream));
    const announcements = new KeyedList(announced, keyOf, (stream) => new Announcement(stream));
    this.watch([session], () => this.#renderLead(session));
    this.watch([directory, session], () => {
      cards.set(directory.live);
      announcements.set(directory.upcoming);
      this.#upcoming.hidden = directory.upcoming.length === 0;
      this.#renderState(directory, session, refresh);
    });
  }

  /** @param {Session} session */
  #renderLead({ state, user }) {
    if (state === "loading") return;
    fill(this.#lead, ...(user ? friendLead(user) : strangerLead()));
    this.#lead.classList.toggle("is-short", user !== null);
  }

  /**
   * @param {Directory} directory
   * @param {Session} session
   * @param {() => void} refresh
   */
  #renderState(directory, session, refresh) {
    const { state, live, problem } = directory;
    setText(this.#note, problem && state === "ready" ? say("theListMayBeOld", { problem }) : "");
    this.#note.hidden = this.#note.textContent === "";
    this.#liveTitle.hidden = state !== "ready" || live.length === 0;
    if (state === "loading") return fill(this.#empty, placeholders());
    if (state === "failed") return fill(this.#empty, failure(problem, refresh));
    fill(this.#empty, live.length === 0 && nobodyLive(session));
  }
}

/** @param {Stream} stream */
function keyOf(stream) {
  return stream.id;
}

class StreamCard {
  #title = h("span", { class: "card-title" });
  #viewers = h("span", { class: "number" });
  #since = h("span", { class: "number" });
  element;

  #picture;

  /**
   * @param {Rest} rest
   * @param {Stream} stream
   */
  constructor(rest, { id, user }) {
    this.#picture = new LivePicture(rest, id);
    this.element = h(
      "li",
      { class: "card", "data-testid": "stream-card" },
      link(
        `/streams/${id}`,
        { class: "card-link" },
        h("span", { class: "card-picture" }, miniature(id + user.username), this.#picture.element, liveChip()),
        h(
          "span",
          { class: "card-text" },
          avatar(user),
          h(
            "span",
            { class: "card-lines" },
            this.#title,
            h("span", { class: "soft small" }, user.username),
          ),
        ),
        h("span", { class: "card-numbers soft" }, this.#viewers, this.#since),
      ),
    );
    this.#picture.turnWhilePointedAt(this.element);
  }

  /** @param {Stream} stream */
  update({ title, viewers_count, started_at, created_at }) {
    void this.#picture.look(Date.now());
    setText(this.#title, title);
    setText(this.#viewers, countOf(viewers_count, "viewer"));
    setText(this.#since, formatSince(started_at ?? created_at, Date.now()));
  }

  destroy() {
    this.#picture.destroy();
  }
}

class Announcement {
  #title = h("span", { class: "announcement-title" });
  #when = h("span", { class: "announcement-when" });
  element;

  /** @param {Stream} stream */
  constructor({ id, user }) {
    this.element = h(
      "li",
      {},
      link(
        `/streams/${id}`,
        { class: "announcement" },
        this.#when,
        this.#title,
        h("span", { class: "soft" }, user.username),
      ),
    );
  }

  /** @param {Stream} stream */
  update({ title, scheduled_at }) {
    setText(this.#title, title);
    setText(this.#when, scheduled_at ? formatWhen(scheduled_at, Date.now()) : "");
  }
}

/** One line, so that what people write comes up. @param {Session} session */
function nobodyLive({ user }) {
  return h(
    "p",
    { class: "nobody-live soft" },
    icon("camera"),
    user
      ? say("nobodyIsLiveBeFirst")
      : say("nobodyIsLiveYet"),
  );
}

/**
 * @param {string} problem
 * @param {() => void} refresh
 */
function failure(problem, refresh) {
  const again = button(say("tryAgain"), { onclick: refresh, icon: "rotate" });
  return emptyState({
    title: say("theListCouldNotBe"),
    text: problem,
    icon: "alert",
    action: again,
  });
}

function placeholders() {
  const card = () =>
    h(
      "li",
      { class: "card is-placeholder", "aria-hidden": "true" },
      h("span", { class: "card-picture" }),
    );
  return h("ul", { class: "cards", "aria-label": say("loading") }, card(), card(), card());
}
