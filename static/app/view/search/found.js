// @ts-check
// One thing that was found, of each kind.

/** @import { FoundPerson, FoundPost, FoundStream, FoundTag, FoundVideo } from "../../types-recognition" */
/** @import { Child } from "../kit/dom.js" */

import { say } from "../../words/search.js";
import { avatar, link, liveChip } from "../kit/controls.js";
import { h } from "../kit/dom.js";
import { countOf, formatAgo, formatWhen } from "../kit/format.js";
import { icon } from "../kit/icons.js";

/** @param {FoundPerson} person */
export function foundPerson(person) {
  const { username, full_name, bio, followers_count } = person;
  return row(`/users/${username}`, {
    mark: avatar(person),
    title: username,
    beside: full_name ?? "",
    text: bio ?? "",
    numbers: [countOf(followers_count, "follower")],
  });
}

/** @param {FoundPost} post */
export function foundPost({ id, user, excerpt, likes_count, comments_count, created_at }) {
  return row(`/posts/${id}`, {
    mark: avatar(user),
    title: user.username,
    text: excerpt,
    numbers: [
      countOf(likes_count, "like"),
      countOf(comments_count, "comment"),
      formatAgo(created_at, Date.now()),
    ],
  });
}

/** @param {FoundVideo} video */
export function foundVideo({ id, user, title, views_count, created_at }) {
  return row(`/videos/${id}`, {
    mark: h("span", { class: "found-icon" }, icon("camera", 20)),
    title,
    beside: user.username,
    numbers: [countOf(views_count, "view"), formatAgo(created_at, Date.now())],
  });
}

/** @param {FoundStream} stream */
export function foundStream({ id, user, title, status, viewers_count, scheduled_at, created_at }) {
  const isLive = status === "live";
  const when =
    status === "scheduled" && scheduled_at
      ? formatWhen(scheduled_at, Date.now())
      : formatAgo(created_at, Date.now());
  return row(`/streams/${id}`, {
    mark: avatar(user),
    title,
    beside: user.username,
    numbers: isLive
      ? [liveChip(), countOf(viewers_count, "viewer")]
      : [status === "scheduled" ? say("announced") : say("ended"), when],
  });
}

/** @param {FoundTag} tag */
export function foundTag({ name, posts_count }) {
  const element = h(
    "li",
    { "data-testid": "found" },
    link(
      `/tags/${encodeURIComponent(name)}`,
      { class: "chip found-tag" },
      `#${name}`,
      h("span", { class: "soft number" }, String(posts_count)),
    ),
  );
  return { element, update: () => {} };
}

/**
 * @param {string} href
 * @param {{ mark: Child, title: string, beside?: string, text?: string, numbers: Child[] }} about
 */
function row(href, { mark, title, beside = "", text = "", numbers }) {
  const element = h(
    "li",
    { "data-testid": "found" },
    link(
      href,
      { class: "found-link" },
      mark,
      h(
        "span",
        { class: "found-text" },
        h("span", {}, h("strong", {}, title), beside && h("span", { class: "soft" }, ` ${beside}`)),
        text && h("span", { class: "found-excerpt" }, text),
        h(
          "span",
          { class: "found-numbers soft small" },
          ...numbers.map((each) => h("span", {}, each)),
        ),
      ),
    ),
  );
  return { element, update: () => {} };
}
