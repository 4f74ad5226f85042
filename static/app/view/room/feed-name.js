// @ts-check
// What a picture of a stage is called.

/** @import { Feed } from "../../types-stage" */

import { say } from "../../words/stage.js";

/**
 * @param {Feed} feed
 * @param {boolean} isOwn
 */
export function nameOfFeed({ user, kind }, isOwn) {
  const name = user.username;
  if (kind === "screen") return isOwn ? say("yourScreen") : say("screenOf", { name });
  return isOwn ? say("you") : name;
}
