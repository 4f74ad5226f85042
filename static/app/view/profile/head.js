// @ts-check
// Who somebody is: picture, name, words about themselves, numbers, badges, and what one can do.

/** @import { App } from "../../app" */
/** @import { Loaded } from "../../model/loaded.js" */
/** @import { ProfileLink } from "../../link/profile-link.js" */
/** @import { Badge, Profile } from "../../types-people" */

import { sentenceFor } from "../../wire/problem.js";
import { say } from "../../words/profile.js";
import { avatar, button, link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { followButton } from "../kit/follow.js";
import { formatCount, formatMonth } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { actionMenu } from "../kit/menu.js";
import { share } from "../kit/clipboard.js";
import { View } from "../kit/view.js";
import { askSuspension } from "../moderation/decision.js";
import { othersItems } from "../moderation/report.js";
import { openPeople } from "./people.js";

export class ProfileHead extends View {
  #about = h("div", { class: "profile-about" });
  #actions = h("div", { class: "profile-actions" });

  /**
   * @param {App} app
   * @param {Loaded<Profile>} profile
   * @param {ProfileLink} profileLink
   */
  constructor(app, profile, profileLink) {
    super(h("header", { class: "profile-head" }));
    const username = profile.value?.username ?? "";
    const isMine = profile.value?.id === app.session.user?.id;
    const follow = followButton(username, () => profileLink.toggleFollow());
    const menu = actionMenu(say("moreAbout", { name: username }), () => items(app, profile, profileLink));
    const unblock = button(say("unblock"), { onclick: () => void profileLink.toggleBlock() });
    const edit = link("/settings", { class: "button plain" }, say("editProfile"));
    const picture = h("div", { class: "profile-picture" });
    this.element.append(picture, this.#actions, this.#about);
    this.watch([profile], () => {
      const { value } = profile;
      if (!value) return;
      fill(picture, portrait(value));
      follow.update(value.is_following);
      fill(this.#actions, isMine ? edit : value.is_blocked ? unblock : follow.element, menu);
      fill(this.#about, ...about(app, value));
    });
  }
}

/** @param {Profile} profile */
function portrait(profile) {
  if (!profile.avatar_url) return avatar({ id: profile.id, username: profile.username });
  return h("img", {
    class: "avatar",
    src: profile.avatar_url,
    alt: say("sPicture", { name: profile.username }),
    "data-testid": "profile-avatar",
  });
}

/**
 * @param {App} app
 * @param {Profile} profile
 */
function about(app, profile) {
  const { username, full_name, bio, skills, badges, is_follower, role, created_at } = profile;
  return [
    h("h1", {}, full_name ?? username),
    h(
      "p",
      { class: "profile-name soft" },
      `@${username}`,
      role !== "member" && h("span", { class: "chip" }, say("role", { kind: /** @type {"moderator" | "admin"} */ (role) })),
      is_follower && h("span", { class: "chip" }, say("followsYou")),
    ),
    bio && h("p", { class: "profile-bio", "data-testid": "profile-bio" }, bio),
    skills.length > 0 &&
      h(
        "ul",
        { class: "tag-chips", "aria-label": say("skills") },
        ...skills.map((skill) => h("li", { class: "chip" }, skill)),
      ),
    numbers(app, profile),
    badges.length > 0 && h("ul", { class: "badges", "aria-label": say("badges") }, ...badges.map(badge)),
    h("p", { class: "soft small" }, say("hereSince", { month: formatMonth(created_at) })),
  ];
}

/**
 * @param {App} app
 * @param {Profile} profile
 */
function numbers(app, { username, followers_count, following_count, points }) {
  const number = (/** @type {number} */ count, /** @type {string} */ label) => [
    h("span", { class: "number" }, formatCount(count)),
    h("span", { class: "soft" }, label),
  ];
  const people = (/** @type {"followers" | "following"} */ which, /** @type {number} */ count) =>
    h(
      "button",
      {
        type: "button",
        class: "profile-number",
        "data-testid": which,
        onclick: () => openPeople(app, username, which),
      },
      ...number(
        count,
        which === "followers" ? say("followers", { count }) : say("following", { count }),
      ),
    );
  return h(
    "div",
    { class: "profile-numbers" },
    people("followers", followers_count),
    people("following", following_count),
    link("/leaderboards", { class: "profile-number" }, ...number(points, say("points", { count: points }))),
  );
}

/**
 * @param {App} app
 * @param {Profile} profile
 * @returns {import("../kit/menu.js").MenuItem[]}
 */
function suspendItems({ session, rest, toasts }, { username, role }) {
  if (!session.isModerator || (role === "admin" && session.user?.role !== "admin")) return [];
  const lift = async () => {
    try {
      await rest.moderation.lift(username);
      toasts.note(say("mayComeBack", { name: username }));
    } catch (error) {
      toasts.error(sentenceFor(error));
    }
  };
  const suspend = () =>
    askSuspension({
      username,
      send: async (suspension) => {
        await rest.moderation.suspend(username, suspension);
        toasts.note(say("isSuspended", { name: username }), { label: say("liftIt"), run: () => void lift() });
      },
    });
  return [{ label: say("suspend"), kind: "danger", run: suspend }];
}

/** @param {Badge} badge */
function badge({ name, description, image_url }) {
  const picture = image_url ? h("img", { src: image_url, alt: "" }) : icon("accept", 16);
  return h("li", { class: "badge", title: description }, picture, h("span", {}, name));
}

/**
 * @param {App} app
 * @param {Loaded<Profile>} profile
 * @param {ProfileLink} profileLink
 * @returns {import("../kit/menu.js").MenuItem[]}
 */
function items(app, { value }, profileLink) {
  const { session, toasts } = app;
  if (!value) return [];
  const copy = {
    label: say("copyLink"),
    run: () => void share(`/users/${value.username}`, toasts),
  };
  if (!session.user || session.user.id === value.id) return [copy];
  return [
    copy,
    { label: value.is_muted ? say("unmute") : say("mute"), run: () => profileLink.toggleMute() },
    {
      label: value.is_blocked ? say("unblock") : say("block"),
      kind: "danger",
      run: () => void profileLink.toggleBlock(),
    },
    ...othersItems(app, { type: "user", id: value.id, name: value.username }),
    ...suspendItems(app, value),
  ];
}
