// @ts-check
// The code in a room, and suggestions for it.

/** @typedef {typeof import("./en/code.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("code")
);
