// @ts-check
// What moderators read of things: their names, where they stand, and for how long somebody is shut out.

/** @import { Subject, SubjectKind } from "../../types-moderation" */

import { say } from "../../words/moderation.js";

/** @type {readonly SubjectKind[]} */
export const KINDS = ["post", "comment", "video", "stream", "chat_message", "user"];

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
export const WEEK_S = 7 * DAY_S;

/** How long somebody may be shut out; null: until it is lifted. */
export const DURATIONS = /** @type {const} */ ([
  { label: say("oneHour"), seconds: HOUR_S },
  { label: say("oneDay"), seconds: DAY_S },
  { label: say("oneWeek"), seconds: WEEK_S },
  { label: say("thirtyDays"), seconds: 30 * DAY_S },
  { label: say("untilItIsLifted"), seconds: null },
]);

/**
 * Where something stands in the app.
 * @param {{ type: SubjectKind, id: string, user: { username: string } | null, stream_id: string | null }} subject
 */
export function placeOf({ type, id, user, stream_id }) {
  if (type === "user") return user ? `/users/${user.username}` : "/";
  if (type === "chat_message") return `/streams/${stream_id}`;
  return `/${type}s/${id}`;
}

/** @param {Subject | null} subject */
export function stateOf(subject) {
  if (!subject) return say("goneForGood");
  if (subject.is_removed) return say("removedState");
  return subject.is_suspended ? say("authorSuspended") : "";
}
