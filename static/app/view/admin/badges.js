// @ts-check
// Badges: define them, change them, award them by hand. Those of a rule are awarded by the site.

/** @import { App } from "../../app" */
/** @import { GivenBadge, SiteBadge } from "../../types-moderation" */

import { ListingLink } from "../../link/listing-link.js";
import { Listing } from "../../model/listing.js";
import { say } from "../../words/admin.js";
import { button, emptyState, Field } from "../kit/controls.js";
import { openDialog } from "../kit/dialog.js";
import { fill, h } from "../kit/dom.js";
import { Form } from "../kit/form.js";
import { countOf } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { ListView } from "../kit/list.js";
import { View } from "../kit/view.js";
import { decisionButton } from "../moderation/decision.js";

export class BadgesView extends View {
  #app;
  /** @type {Listing<SiteBadge>} */
  #badges = new Listing();

  /** @param {App} app */
  constructor(app) {
    super(h("section", { class: "queue", "aria-label": say("badges"), "data-testid": "badges" }));
    this.#app = app;
    const link = new ListingLink(this.#badges, (cursor) => app.rest.administration.badges(cursor));
    const list = this.own(
      new ListView(this.#badges, {
        label: say("badges"),
        class: "rows",
        row: (badge) => new BadgeRow(badge, this),
        empty: () => emptyState({ title: say("noBadges"), text: say("defineTheFirstOne"), icon: "badge" }),
        more: () => void link.more(),
        again: () => void link.open(),
      }),
    );
    const define = button(say("defineABadge"), {
      icon: "plus",
      onclick: () => this.define(),
      "data-testid": "badge-new",
    });
    this.element.append(h("div", { class: "queue-head" }, define), list.element);
    void link.open();
  }

  define() {
    const { administration } = this.#app.rest;
    openBadgeForm(say("defineABadge"), null, async (badge) => {
      this.#badges.putFirst(await administration.createBadge(badge));
    });
  }

  /** @param {SiteBadge} badge */
  edit(badge) {
    const { administration } = this.#app.rest;
    openBadgeForm(say("editWhat", { name: badge.name }), badge, async (given) => {
      this.#badges.change(badge.id, await administration.editBadge(badge.id, given));
    });
  }

  /** @param {SiteBadge} badge */
  award({ id, name, holders_count }) {
    const { rest, toasts } = this.#app;
    const to = new Field(
      say("toWhom"),
      h("input", { name: "username", required: true, autocapitalize: "none", spellcheck: "false" }),
      { hint: say("theirUserNameTheyAre") },
    );
    openDialog(say("awardWhat", { name }), (close) => [
      new Form({
        fields: [to],
        action: say("award"),
        testId: "award-form",
        send: async () => {
          await rest.administration.award(id, to.value.trim());
          this.#badges.change(id, { holders_count: holders_count + 1 });
          toasts.note(say("hasTheBadge", { name: to.value.trim() }));
          close();
        },
      }).element,
    ]);
  }
}

class BadgeRow {
  #lines = h("span", { class: "card-lines" });
  #picture = h("span", { class: "badge-picture" });
  #actions = h("span", { class: "account-actions" });
  #view;
  element;

  /**
   * @param {SiteBadge} badge
   * @param {BadgesView} view
   */
  constructor(badge, view) {
    this.#view = view;
    this.element = h(
      "li",
      { class: "row-line account-row", "data-testid": "badge-row" },
      this.#picture,
      this.#lines,
      this.#actions,
    );
    this.update(badge);
  }

  /** @param {SiteBadge} badge */
  update(badge) {
    const { name, description, image_url, points, rule, holders_count } = badge;
    fill(this.#picture, image_url ? h("img", { src: image_url, alt: "" }) : icon("badge", 26));
    fill(
      this.#lines,
      h("span", {}, h("strong", {}, name), rule && h("span", { class: "chip" }, say("byRule"))),
      description && h("span", { class: "soft small" }, description),
      h(
        "span",
        { class: "soft small" },
        `${countOf(points, "point")} · ${countOf(holders_count, "holder")}`,
      ),
    );
    fill(
      this.#actions,
      decisionButton(say("award"), () => this.#view.award(badge), { testId: "award" }),
      decisionButton(say("edit"), () => this.#view.edit(badge), { kind: "quiet" }),
    );
  }
}

/**
 * @param {string} title
 * @param {SiteBadge | null} badge
 * @param {(badge: GivenBadge) => Promise<void>} save
 */
function openBadgeForm(title, badge, save) {
  const name = new Field(say("name"), h("input", { name: "name", maxlength: "50", required: true, value: badge?.name ?? "" }), {
    pointer: "/name",
  });
  const words = h("textarea", { name: "description", rows: "2", maxlength: "1000" });
  words.value = badge?.description ?? "";
  const description = new Field(say("whatItIsFor"), words, { pointer: "/description" });
  const picture = new Field(
    say("addressOfItsPicture"),
    h("input", { name: "image_url", type: "url", value: badge?.image_url ?? "" }),
    { pointer: "/image_url", hint: say("optional") },
  );
  const points = new Field(
    say("points"),
    h("input", { name: "points", type: "number", min: "0", max: "10000", value: String(badge?.points ?? 0) }),
    { pointer: "/points" },
  );
  openDialog(title, (close) => [
    new Form({
      fields: [name, description, picture, points],
      action: say("save"),
      testId: "badge-form",
      send: async () => {
        await save({
          name: name.value.trim(),
          description: description.value.trim() || null,
          image_url: picture.value.trim() || null,
          points: Number(points.value),
        });
        close();
      },
    }).element,
  ]);
}
