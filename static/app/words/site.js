// @ts-check
// What stands around every page, and what every page may use.

/** @typedef {typeof import("./en/site.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("site")
);
