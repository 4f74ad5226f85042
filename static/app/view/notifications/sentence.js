// @ts-check
// What a notification says and where it leads, in words.

/** @import { Notification } from "../../types-recognition" */
/** @import { IconName } from "../kit/icons.js" */

/**
 * @typedef {object} Sentence
 * @property {string} who empty when it is about oneself
 * @property {string} what
 * @property {string} about what was liked, written, won
 * @property {string} href
 * @property {IconName} icon
 */

/**
 * @param {Notification} notification
 * @returns {Sentence}
 */
export function sentenceOf(notification) {
  const { type, data, related_type: kind, related_id: id, actors, actors_count } = notification;
  const who = namesOf(notification);
  const title = data.title ?? "";
  const excerpt = data.excerpt ?? "";
  switch (type) {
    case "follow": {
      const what = actors_count > 1 ? "follow you now" : "follows you now";
      const first = actors[0];
      return { who, what, about: "", href: first ? `/users/${first.username}` : "/", icon: "user" };
    }
    case "like": {
      const href = `/${kind}s/${id}`;
      return { who, what: `liked your ${kind}`, about: title, href, icon: "heart" };
    }
    case "comment": {
      const what = `commented on your ${data.subject_type}`;
      return { who, what, about: excerpt, href: subjectOf(notification), icon: "chat" };
    }
    case "reply": {
      if (kind === "chat_message") return inChat(notification, who, "answered you in a chat", "reply");
      const href = subjectOf(notification);
      return { who, what: "answered your comment", about: excerpt, href, icon: "reply" };
    }
    case "mention": {
      if (kind === "chat_message") return inChat(notification, who, "mentioned you in a chat", "at");
      const href = `/${kind}s/${id}`;
      return { who, what: `mentioned you in a ${kind}`, about: excerpt, href, icon: "at" };
    }
    case "suggestion_accepted": {
      const what = `accepted your suggestion${pointsOf(notification)}`;
      return { who, what, about: title, href: `/streams/${data.stream_id}`, icon: "accept" };
    }
    case "suggestion_rejected": {
      const about = data.note ? `${title}: ${data.note}` : title;
      const href = `/streams/${data.stream_id}`;
      return { who, what: "did not take your suggestion", about, href, icon: "suggest" };
    }
    case "badge": {
      const what = `You got a badge${pointsOf(notification)}`;
      return { who: "", what, about: data.name ?? "", href: "/leaderboards", icon: "badge" };
    }
    case "challenge_result": {
      const result = data.accepted
        ? `Your submission was accepted${pointsOf(notification)}`
        : "Your submission came back with a note";
      const about = data.note ? `${title}: ${data.note}` : title;
      return { who: "", what: result, about, href: `/challenges/${id}`, icon: "flag" };
    }
    case "stage_invitation": {
      const href = `/streams/${id}`;
      return { who, what: "invites you on stage", about: title, href, icon: "microphone" };
    }
    case "live":
      return { who, what: "is live", about: title, href: `/streams/${id}`, icon: "camera" };
    case "removal": {
      const thing = kind === "chat_message" ? "message" : (kind ?? "");
      const what = {
        removed: `A moderator removed your ${thing}`,
        restored: `Your ${thing} is back`,
        upheld: `Your ${thing} stays removed`,
      }[data.state ?? "removed"];
      const about = data.reason ?? data.words ?? "";
      return { who: "", what, about, href: "/removed", icon: "alert" };
    }
    default:
      return { who, what: "did something new", about: title, href: "/notifications", icon: "bell" };
  }
}

/**
 * Something said in a room, which is where it leads.
 * @param {Notification} notification
 * @param {string} who
 * @param {string} what
 * @param {IconName} icon
 * @returns {Sentence}
 */
function inChat({ data }, who, what, icon) {
  const href = `/streams/${data.stream_id}?message=${data.seq}`;
  return { who, what, about: data.excerpt ?? "", href, icon };
}

/**
 * As one line, for those who hear it.
 * @param {Notification} notification
 */
export function spokenSentence(notification) {
  const { who, what, about } = sentenceOf(notification);
  return [who, what].filter(Boolean).join(" ") + (about ? `: ${about}` : "");
}

/** @param {Notification} notification */
function namesOf({ actors, actors_count: count }) {
  const [first, second] = actors.map(({ username }) => username);
  if (first === undefined) return "Somebody";
  if (count < 2 || second === undefined) return first;
  return count === 2 ? `${first} and ${second}` : `${first} and ${count - 1} others`;
}

/** @param {Notification} notification */
function pointsOf({ data: { points } }) {
  return points ? `, +${points} points` : "";
}

/**
 * Where a comment stands.
 * @param {Notification} notification
 */
function subjectOf({ data, related_id: id }) {
  if (!data.subject_type || !data.subject_id) return `/comments/${id}`;
  return `/${data.subject_type}s/${data.subject_id}`;
}
