// @ts-check
// What the stage says, to those who watch it and to those who stand on it.

/** @import { Feed } from "../../types-stage" */

export const STAGE_WORDS = {
  layout: "Layout",
  layouts: { focus: "Focus", grid: "Grid", corner: "Picture in picture" },
  you: "You",
  yourScreen: "Your screen",
  screenOf: (/** @type {string} */ name) => `${name}'s screen`,
  makeLarge: (/** @type {string} */ name) => `Show ${name} large`,
  came: (/** @type {string} */ name) => `${name} is on stage.`,
  went: (/** @type {string} */ name) => `${name} has left the stage.`,
  stage: "Stage",
  ask: "Ask to come on stage",
  invited: (/** @type {string} */ name) => `${name} invites you on stage.`,
  asked: (/** @type {string} */ name) => `You asked ${name} to let you on stage.`,
  mayCome: "You may come on stage.",
  entering: "Going on stage",
  onStage: "You are on stage.",
  onStageMuted: "You are on stage, muted.",
  offStage: "You are not on stage any more.",
  getReady: "Get ready",
  decline: "No, thanks",
  withdraw: "Withdraw",
  leave: "Leave the stage",
  mute: "Mute",
  unmute: "Unmute",
  shareScreen: "Share screen",
  stopSharing: "Stop sharing",
  tryAgain: "Try again",
  entry: "Before you go on stage",
  entryText: "Everybody in the room will see and hear you. Headphones keep the others' sound out of your microphone.",
  enter: "Go on stage",
  connecting: "Connecting",
  willReturn: "Back in a moment",
};

/**
 * @param {Feed} feed
 * @param {boolean} isOwn
 */
export function nameOfFeed({ user, kind }, isOwn) {
  if (kind === "screen") return isOwn ? STAGE_WORDS.yourScreen : STAGE_WORDS.screenOf(user.username);
  return isOwn ? STAGE_WORDS.you : user.username;
}
