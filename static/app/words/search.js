// @ts-check
// What was found.

/** @typedef {typeof import("./en/search.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("search")
);
