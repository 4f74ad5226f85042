// @ts-check
// The studio.

/** @typedef {typeof import("./en/studio.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("studio")
);
