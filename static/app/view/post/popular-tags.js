// @ts-check
// The tags that are used most, beside the feeds.

/** @import { App } from "../../app" */
/** @import { Page } from "../../types" */
/** @import { Tag } from "../../types-people" */

import { load } from "../../link/load.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/posts.js";
import { link } from "../kit/controls.js";
import { fill, h } from "../kit/dom.js";
import { formatCount } from "../kit/format.js";
import { View } from "../kit/view.js";

const SHOWN = 12;

export class PopularTags extends View {
  /** @param {App} app */
  constructor({ rest }) {
    super(h("section", { class: "aside-part", "aria-label": say("popularTags"), hidden: true }));
    /** @type {Loaded<Page<Tag>>} */
    const tags = new Loaded();
    const list = h("ul", { class: "tag-chips" });
    this.element.append(h("h2", {}, say("popularTags")), list);
    this.watch([tags], () => {
      const used = (tags.value?.items ?? []).filter(({ posts_count }) => posts_count > 0);
      // It is only an offer: where there is none, nothing stands there.
      this.element.hidden = used.length === 0;
      fill(list, ...used.slice(0, SHOWN).map(tagItem));
    });
    void load(tags, () => rest.posts.popularTags());
  }
}

/** @param {Tag} tag */
function tagItem({ name, posts_count }) {
  return h(
    "li",
    {},
    link(
      `/tags/${encodeURIComponent(name)}`,
      { class: "chip tag-chip" },
      `#${name}`,
      h("span", { class: "soft number" }, formatCount(posts_count)),
    ),
  );
}
