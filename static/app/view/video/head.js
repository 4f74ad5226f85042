// @ts-check
// What is said of a video and what one does with it: title, numbers, whose it is, words, tags.

/** @import { App } from "../../app" */
/** @import { Loaded } from "../../model/loaded.js" */
/** @import { VideoLink } from "../../link/video-link.js" */
/** @import { Profile } from "../../types-people" */
/** @import { Video } from "../../types-videos" */
/** @import { VideoPlayer } from "./player.js" */

import { ProfileLink } from "../../link/profile-link.js";
import { Loaded as LoadedModel } from "../../model/loaded.js";
import { say } from "../../words/videos.js";
import { share } from "../kit/clipboard.js";
import { avatar, link, personLink } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h, setText } from "../kit/dom.js";
import { followButton } from "../kit/follow.js";
import { countOf, formatAgo, formatFull } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { actionMenu } from "../kit/menu.js";
import { View } from "../kit/view.js";
import { words } from "../kit/words.js";
import { othersItems } from "../moderation/report.js";
import { likeButton } from "../post/reactions.js";
import { DetailsForm } from "./details-form.js";

const VISIBILITIES = { public: "", unlisted: say("unlistedChip"), private: say("onlyYouChip") };

export class VideoHead extends View {
  #app;
  #video;
  #link;
  #player;

  /**
   * @param {App} app
   * @param {Loaded<Video>} video
   * @param {{ link: VideoLink, player: () => VideoPlayer | null }} parts
   */
  constructor(app, video, { link: videoLink, player }) {
    super(h("header", { class: "video-head" }));
    this.#app = app;
    this.#video = video;
    this.#link = videoLink;
    this.#player = player;
    const title = h("h1", { "data-testid": "video-title" });
    const numbers = h("p", { class: "soft video-numbers" });
    const like = likeButton(() => videoLink.like());
    const said = h("div", { class: "video-words" });
    const person = this.#person();
    this.element.append(
      title,
      h(
        "div",
        { class: "video-bar" },
        numbers,
        h("div", { class: "video-actions" }, like.element, this.#share(), this.#menu()),
      ),
      person,
      said,
    );
    this.watch([video], () => {
      const { value } = video;
      if (!value) return;
      setText(title, value.title);
      fill(numbers, ...about(value));
      like.element.hidden = value.status !== "ready";
      like.update(value);
      fill(said, ...saidOf(value, (seconds) => player()?.seek(seconds)));
    });
  }

  /** Whose it is, and how to see more of theirs. */
  #person() {
    const { session } = this.#app;
    const user = this.#video.value?.user;
    if (!user) return h("div");
    const followers = h("span", { class: "soft small" });
    const who = h(
      "div",
      { class: "video-person" },
      avatar(user),
      h("div", { class: "video-person-name" }, personLink(user), followers),
    );
    /** @type {Loaded<Profile>} */
    const profile = new LoadedModel();
    const profileLink = new ProfileLink(this.#app, profile, user.username);
    const follow = followButton(user.username, () => profileLink.toggleFollow());
    this.watch([profile], () => {
      const { value } = profile;
      if (!value) return;
      setText(followers, countOf(value.followers_count, "follower"));
      follow.update(value.is_following);
      if (user.id !== session.user?.id) who.append(follow.element);
    });
    void profileLink.open();
    return who;
  }

  #share() {
    return h(
      "button",
      { type: "button", class: "post-reaction", onclick: () => this.#copy(""), "data-testid": "share" },
      icon("link"),
      h("span", {}, say("copyLink")),
    );
  }

  #menu() {
    return actionMenu(say("moreAboutThisVideo"), () => {
      const at = this.#player()?.at ?? 0;
      const user = this.#video.value?.user;
      const isMine = user?.id === this.#app.session.user?.id;
      const here = { label: say("copyLinkToThisMoment"), run: () => this.#copy(`?t=${at}`) };
      return [
        ...(at > 0 ? [here] : [{ label: say("copyLink"), run: () => this.#copy("") }]),
        ...(isMine ? [{ label: say("edit"), run: () => this.#edit() }] : []),
        ...(isMine
          ? [{ label: say("delete"), kind: /** @type {const} */ ("danger"), run: () => this.#link.remove() }]
          : othersItems(this.#app, {
              type: "video",
              id: this.#video.value?.id ?? "",
              name: "this video",
            })),
      ];
    });
  }

  /** @param {string} search */
  #copy(search) {
    void share(`/videos/${this.#video.value?.id}${search}`, this.#app.toasts);
  }

  #edit() {
    const { value } = this.#video;
    if (!value) return;
    openDialog(say("editYourVideo"), (close) => {
      const send = async (/** @type {import("../../types-videos").VideoChange} */ change) => {
        await this.#link.edit(change);
        close();
      };
      return [new DetailsForm(value, { action: say("save"), send }).element];
    });
  }
}

/** @param {Video} video */
function about({ views_count, created_at, visibility, status }) {
  const when = h("span", { title: formatFull(created_at) }, formatAgo(created_at, Date.now()));
  const who = VISIBILITIES[visibility];
  return [
    status === "ready" && h("span", { "data-testid": "views" }, `${countOf(views_count, "view")} · `),
    when,
    who && h("span", { class: "chip" }, who),
  ];
}

/**
 * @param {Video} video
 * @param {(seconds: number) => void} seek
 */
function saidOf({ description, tags, duration }, seek) {
  const chips = tags.map((name) =>
    h(
      "li",
      {},
      link(`/tags/${encodeURIComponent(name)}`, { class: "chip tag-chip" }, `#${name}`),
    ),
  );
  return [
    description &&
      h(
        "p",
        { class: "video-description", "data-testid": "video-description" },
        ...words(description, { durationS: duration ?? 0, seek }),
      ),
    chips.length > 0 && h("ul", { class: "tag-chips", "aria-label": say("tags") }, ...chips),
  ];
}
