// @ts-check
// What a notification says and where it leads, in words.

/** @import { Notification } from "../../types-recognition" */
/** @import { IconName } from "../kit/icons.js" */

import { say } from "../../words/notifications.js";

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
  const thing = thingOf(kind);
  const title = data.title ?? "";
  const excerpt = data.excerpt ?? "";
  switch (type) {
    case "follow": {
      const what = say("followYouNow", { count: actors_count });
      const first = actors[0];
      return { who, what, about: "", href: first ? `/users/${first.username}` : "/", icon: "user" };
    }
    case "like": {
      const href = `/${kind}s/${id}`;
      return { who, what: say("likedYour", { kind: thing }), about: title, href, icon: "heart" };
    }
    case "comment": {
      const subject = { kind: data.subject_type ?? "post" };
      const what =
        actors_count > 1 ? say("severalCommentedOnYour", subject) : say("commentedOnYour", subject);
      return { who, what, about: excerpt, href: subjectOf(notification), icon: "chat" };
    }
    case "reply": {
      if (kind === "chat_message") return inChat(notification, who, say("answeredYouInAChat", { count: actors_count }), "reply");
      const href = subjectOf(notification);
      return { who, what: say("answeredYourComment"), about: excerpt, href, icon: "reply" };
    }
    case "mention": {
      if (kind === "chat_message") return inChat(notification, who, say("mentionedYouInAChat", { count: actors_count }), "at");
      const href = `/${kind}s/${id}`;
      return { who, what: say("mentionedYouIn", { kind: thing }), about: excerpt, href, icon: "at" };
    }
    case "suggestion_accepted": {
      const what = say("acceptedYourSuggestion", { points: pointsOf(notification) });
      return { who, what, about: title, href: `/streams/${data.stream_id}`, icon: "accept" };
    }
    case "suggestion_rejected": {
      const about = data.note ? `${title}: ${data.note}` : title;
      const href = `/streams/${data.stream_id}`;
      return { who, what: say("didNotTakeYourSuggestion"), about, href, icon: "suggest" };
    }
    case "badge": {
      const what = say("youGotABadge", { points: pointsOf(notification) });
      return { who: "", what, about: data.name ?? "", href: "/leaderboards", icon: "badge" };
    }
    case "challenge_result": {
      const result = data.accepted
        ? say("yourSubmissionWasAccepted", { points: pointsOf(notification) })
        : say("yourSubmissionCameBackWith");
      const about = data.note ? `${title}: ${data.note}` : title;
      return { who: "", what: result, about, href: `/challenges/${id}`, icon: "flag" };
    }
    case "stage_invitation": {
      const href = `/streams/${id}`;
      return { who, what: say("invitesYouOnStage"), about: title, href, icon: "microphone" };
    }
    case "live":
      return { who, what: say("isLive"), about: title, href: `/streams/${id}`, icon: "camera" };
    case "removal": {
      const what = {
        removed: say("moderatorRemovedYour", { kind: thing }),
        restored: say("yourThingIsBack", { kind: thing }),
        upheld: say("yourThingStaysRemoved", { kind: thing }),
      }[data.state ?? "removed"];
      const about = data.reason ?? data.words ?? "";
      return { who: "", what, about, href: "/removed", icon: "alert" };
    }
    default:
      return { who, what: say("didSomethingNew"), about: title, href: "/notifications", icon: "bell" };
  }
}

/**
 * What it is about, as the sentences know it.
 * @param {string | null} kind
 */
function thingOf(kind) {
  switch (kind) {
    case "comment":
    case "video":
    case "stream":
      return kind;
    case "chat_message":
    case "message":
      return "message";
    default:
      return "post";
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
  if (first === undefined) return say("somebody");
  if (count < 2 || second === undefined) return first;
  if (count === 2) return say("twoPeople", { first, second });
  return say("andOthers", { first, count: count - 1 });
}

/** @param {Notification} notification */
function pointsOf({ data: { points } }) {
  return points ? say("plusPoints", { count: points }) : "";
}

/**
 * Where a comment stands.
 * @param {Notification} notification
 */
function subjectOf({ data, related_id: id }) {
  if (!data.subject_type || !data.subject_id) return `/comments/${id}`;
  return `/${data.subject_type}s/${data.subject_id}`;
}
