// @ts-check
// A test before going live.

/** @typedef {typeof import("./en/rehearsal.js").default} Words */

import { openWords } from "./reading.js";

export const { say } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("rehearsal")
);
