// @ts-check
// What moderators read: the names of things, where they stand, what was done, and for how long.

/** @import { LogEntry, Subject, SubjectKind } from "../../types-moderation" */

/** @type {Record<SubjectKind, string>} */
export const KINDS = {
  post: "Post",
  comment: "Comment",
  video: "Video",
  stream: "Stream",
  chat_message: "Message",
  user: "Person",
};

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** How long somebody may be shut out; null: until it is lifted. */
export const DURATIONS = /** @type {const} */ ([
  { label: "1 hour", seconds: HOUR_S },
  { label: "1 day", seconds: DAY_S },
  { label: "1 week", seconds: 7 * DAY_S },
  { label: "30 days", seconds: 30 * DAY_S },
  { label: "Until it is lifted", seconds: null },
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
  if (!subject) return "gone for good";
  if (subject.is_removed) return "removed";
  return subject.is_suspended ? "author suspended" : "";
}

/** @type {Record<string, string>} */
const DONE = {
  suspend: "suspended",
  lift_suspension: "lifted the suspension of",
  set_role: "changed the role of",
  resolve_report: "decided reports about",
  attach_source: "attached a news source",
  detach_source: "detached a news source",
  create_challenge: "announced a challenge",
  edit_challenge: "edited a challenge",
  accept_submission: "accepted a submission of",
  return_submission: "returned a submission of",
  create_badge: "defined a badge",
  edit_badge: "edited a badge",
  award_badge: "awarded a badge to",
};

/**
 * What a line of the log says was done, and to whom or what.
 * @param {LogEntry} entry
 */
export function actionOf({ action }) {
  const known = DONE[action];
  if (known) return known;
  const [verb = "", ...kind] = action.split("_");
  const thing = (KINDS[/** @type {SubjectKind} */ (kind.join("_"))] ?? kind.join(" ")).toLowerCase();
  const verbs = /** @type {Record<string, string>} */ ({
    remove: `removed a ${thing} of`,
    restore: `gave back a ${thing} of`,
    uphold: `turned down an appeal about a ${thing} of`,
  });
  return verbs[verb] ?? action.replaceAll("_", " ");
}

/**
 * The rest of what a line of the log knows, in words.
 * @param {LogEntry} entry
 */
export function detailOf({ detail }) {
  const { reason, note, resolution, from, to, name, title, url, tag, until } =
    /** @type {Record<string, string | null | undefined>} */ (detail);
  const parts = [
    from && to && `from ${from} to ${to}`,
    resolution && { dismiss: "dismissed", remove: "removed", suspend: "suspended" }[resolution],
    tag && `#${tag}`,
    name ?? title ?? url,
    until && `until ${new Date(until).toLocaleString("en", { dateStyle: "medium" })}`,
    reason ?? note,
  ];
  return parts.filter(Boolean).join(" · ");
}
