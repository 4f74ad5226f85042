// @ts-check
// Settings: what others see of one, how one gets in, and the way out.

/** @import { App } from "../../app" */
/** @import { Own } from "../../link/own-account-link.js" */

import { OwnAccountLink } from "../../link/own-account-link.js";
import { Loaded } from "../../model/loaded.js";
import { h } from "../kit/dom.js";
import { LoadedView } from "../kit/loaded.js";
import { View } from "../kit/view.js";
import { say } from "../../words/push.js";
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
    missing: "There are no settings here.",
    again: () => void link.open(),
    ready: () => new SettingsView(app, own, link),
  });
  return Object.assign(page, { title: "Settings" });
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
      ["profile", "Profile", [picture, profile]],
      ["email", "E-mail address", [this.own(new EmailPart(app, own))]],
      ["password", "Password", [this.own(new PasswordPart(app, own))]],
      ["second-factor", "Second factor", [this.own(new SecondFactorPart(app, own, link))]],
      ["sessions", "Sessions", [this.own(new SessionsPart(app))]],
      ["push", say("onThisDevice"), [this.own(new PushPart(app))]],
      ["refused", "Blocked and muted", [this.own(new RefusedPart(app))]],
      ["end", "Delete account", [this.own(new EndPart(app, own))]],
    ];
    const jump = (/** @type {[string, string]} */ [id, title]) => h("li", {}, h("a", { href: `/settings#${id}` }, title));
    this.element.append(
      h("h1", {}, "Settings"),
      h(
        "nav",
        { class: "settings-nav", "aria-label": "Settings" },
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
