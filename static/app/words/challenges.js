// @ts-check
// Challenges and leaderboards.

/** @typedef {typeof import("./en/challenges.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("challenges")
);
