// @ts-check
// The first page.

/** @typedef {typeof import("./en/home.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("home")
);
