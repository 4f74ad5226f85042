// @ts-check
// Settings: what others see of one, how one gets in, and the way out.

/** @import { App } from "../../app" */
/** @import { Own } from "../../link/own-account-link.js" */

import { OwnAccountLink } from "../../link/own-account-link.js";
import { Loaded } from "../../model/loaded.js";
import { say } from "../../words/settings.js";
import { h } from "../kit/dom.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { say as sayOfPush } from "../../words/push.js";
import { PushPart } from "../settings/push.js";
import { AvatarForm, ProfileForm } from "../settings/profile.js";
import { SecondFactorPart } from "../settings/second-factor.js";
import { EmailPart, EndPart, PasswordPart } from "../settings/security.js";
import { RefusedPart, SessionsPart } from "../settings/sessions.js";

/** @param {App} app */
export function openSettings(app) {
  /** @type {Loaded<Own>} */
  const own = new Loaded();
  const link = new OwnAccountLink(app, own);
  void link.open();
  const page = new LoadedView(own, {
    class: "page page-settings",
    missing: say("thereAreNoSettingsHere"),
    again: () => void link.open(),
    ready: () => new SettingsView(app, own, link),
  });
  return Object.assign(page, { title: say("settings") });
}

class SettingsView extends View {
  /**
   * @param {App} app
   * @param {Loaded<Own>} own
   * @param {OwnAccountLink} link
   */
  constructor(app, own, link) {
    super(h("div", { class: "settings" }));
    const picture = this.own(new AvatarForm(own, link));
    const profile = this.own(new ProfileForm(own, link));
    /** @type {[string, string, View[]][]} */
    const parts = [
      ["profile", say("profile"), [picture, profile]],
      ["email", say("eMailAddress"), [this.own(new EmailPart(app, own))]],
      ["password", say("password"), [this.own(new PasswordPart(app, own))]],
      ["second-factor", say("secondFactor"), [this.own(new SecondFactorPart(app, own, link))]],
      ["sessions", say("sessions"), [this.own(new SessionsPart(app))]],
      ["push", sayOfPush("onThisDevice"), [this.own(new PushPart(app))]],
      ["refused", say("blockedAndMuted"), [this.own(new RefusedPart(app))]],
      ["end", say("deleteAccount"), [this.own(new EndPart(app, own))]],
    ];
    const jump = (/** @type {[string, string]} */ [id, title]) => h("li", {}, h("a", { href: `/settings#${id}` }, title));
    this.element.append(
      h("h1", {}, say("settings")),
      h(
        "nav",
        { class: "settings-nav", "aria-label": say("settings") },
        h("ul", {}, ...parts.map(([id, title]) => jump([id, title]))),
      ),
      h("div", { class: "settings-parts" }, ...parts.map(part)),
    );
  }
}

/** @param {[string, string, View[]]} part */
function part([id, title, views]) {
  return h(
    "section",
    { id, class: "settings-part", "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title),
    ...views.map((view) => view.element),
  );
}
