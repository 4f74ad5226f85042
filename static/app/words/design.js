// @ts-check
// The page about the design itself.

/** @typedef {typeof import("./en/design.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("design")
);
