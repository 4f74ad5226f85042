// @ts-check
// What the logs say of each act of a channel's moderators. Whom it was done to is named behind it.

import { say } from "../../words/room.js";

/** @type {Record<string, string>} */
const ACTS = {
  set_room_rules: say("changedTheRules"),
  put_blocked_term: say("blockedATerm"),
  drop_blocked_term: say("unblockedATerm"),
  appoint_moderator: say("madeAModeratorOf"),
  dismiss_moderator: say("actDismissed"),
  ban: say("actBanned"),
  time_out: say("timedOut"),
  unban: say("letInAgain"),
  clear_chat: say("clearedMessages"),
  restore_chat: say("gaveBackMessages"),
  approve_message: say("letThroughAMessage"),
  deny_message: say("deniedAMessage"),
  delete_chat_message: say("deletedAMessage"),
  bring_on_stage: say("actBroughtOnStage"),
  come_on_stage: say("actCameOnStage"),
  take_off_stage: say("actTookOffStage"),
};

/** @type {Record<string, string>} */
const ACTS_UPON = {
  clear_chat: say("clearedMessagesOf"),
  restore_chat: say("gaveBackMessagesOf"),
  approve_message: say("letThroughAMessageOf"),
  deny_message: say("deniedAMessageOf"),
  delete_chat_message: say("deletedAMessageOf"),
};

/**
 * The act in words; undefined: it is none of a channel's.
 * @param {string} action
 * @param {boolean} hasTarget
 */
export function actOf(action, hasTarget) {
  return (hasTarget ? ACTS_UPON[action] : undefined) ?? ACTS[action];
}
