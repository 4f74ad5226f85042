// @ts-check
// What a line of the site's log says.

/** @import { LogEntry } from "../../types-moderation" */

import { say } from "../../words/moderation.js";
import { formatDate } from "../kit/format.js";
import { actOf } from "./channel-acts.js";
import { KINDS } from "./words.js";

/** @type {Record<string, string>} */
const OUTCOMES = {
  dismiss: say("dismissed"),
  remove: say("removedState"),
  suspend: say("suspended"),
};

/** @type {Record<string, string>} */
const DONE = {
  suspend: say("didSuspend"),
  lift_suspension: say("liftedTheSuspensionOf"),
  set_role: say("changedTheRoleOf"),
  resolve_report: say("decidedReportsAbout"),
  attach_source: say("attachedANewsSource"),
  detach_source: say("detachedANewsSource"),
  create_challenge: say("announcedAChallenge"),
  edit_challenge: say("editedAChallenge"),
  accept_submission: say("acceptedASubmissionOf"),
  return_submission: say("returnedASubmissionOf"),
  create_badge: say("definedABadge"),
  edit_badge: say("editedABadge"),
  award_badge: say("awardedABadgeTo"),
  put_site_term: say("blockedATerm"),
  drop_site_term: say("allowedATerm"),
};

/**
 * What a line of the log says was done, and to whom or what.
 * @param {LogEntry} entry
 */
export function actionOf({ action, target }) {
  const known = DONE[action] ?? actOf(action, target !== null);
  if (known) return known;
  const [verb = "", ...rest] = action.split("_");
  const kind = KINDS.find((each) => each === rest.join("_"));
  if (kind && verb === "remove") return say("removedA", { kind });
  if (kind && verb === "restore") return say("gaveBackA", { kind });
  if (kind && verb === "uphold") return say("turnedDownAnAppealAboutA", { kind });
  return action.replaceAll("_", " ");
}

/**
 * The rest of what a line of the log knows, in words.
 * @param {LogEntry} entry
 */
export function detailOf({ detail }) {
  const { reason, note, resolution, from, to, name, title, url, tag, term, until } =
    /** @type {Record<string, string | null | undefined>} */ (detail);
  const parts = [
    from && to && say("fromTo", { from, to }),
    resolution && OUTCOMES[resolution],
    tag && `#${tag}`,
    name ?? title ?? url ?? term,
    until && say("until", { when: formatDate(until) }),
    reason ?? note,
  ];
  return parts.filter(Boolean).join(" · ");
}
