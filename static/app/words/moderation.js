// @ts-check
// Reports, appeals and what moderators do.

/** @typedef {typeof import("./en/moderation.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("moderation")
);
