// @ts-check
// What a stream came to.

/** @typedef {typeof import("./en/summary.js").default} Words */

import { openWords } from "./reading.js";

export const { say } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("summary")
);
