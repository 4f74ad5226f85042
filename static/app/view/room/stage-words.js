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
