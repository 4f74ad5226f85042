// @ts-check
// The stage: watching it, standing on it, and leading it from the studio.

/** @typedef {typeof import("./en/stage.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("stage")
);
