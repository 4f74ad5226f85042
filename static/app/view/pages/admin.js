// @ts-check
// The admins' page: how much there is, who is here, what is on air, badges, news and blocked words.

/** @import { App } from "../../app" */

import { say } from "../../words/admin.js";
import { AccountsView } from "../admin/accounts.js";
import { BadgesView } from "../admin/badges.js";
import { FiguresView } from "../admin/figures.js";
import { MediaView } from "../admin/media.js";
import { SourcesView } from "../admin/sources.js";
import { TermsView } from "../admin/terms.js";
import { PartsPage, notFor } from "./moderation.js";

const PARTS = /** @type {const} */ ({
  figures: { label: say("figures"), view: FiguresView },
  people: { label: say("people"), view: AccountsView },
  badges: { label: say("badges"), view: BadgesView },
  media: { label: say("onAir"), view: MediaView },
  news: { label: say("news"), view: SourcesView },
  words: { label: say("words"), view: TermsView },
});

/**
 * @param {App} app
 * @param {string} search the address's query
 */
export function openAdmin(app, search) {
  if (app.session.user?.role !== "admin") return notFor("admins");
  const wanted = new URLSearchParams(search).get("part") ?? "figures";
  const part = wanted in PARTS ? /** @type {keyof typeof PARTS} */ (wanted) : "figures";
  return new PartsPage(app, { title: say("admin"), path: "/admin", parts: PARTS, part });
}
