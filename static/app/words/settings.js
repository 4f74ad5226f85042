// @ts-check
// The settings.

/** @typedef {typeof import("./en/settings.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("settings")
);
