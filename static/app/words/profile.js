// @ts-check
// Somebody's page.

/** @typedef {typeof import("./en/profile.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("profile")
);
