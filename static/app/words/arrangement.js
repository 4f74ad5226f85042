// @ts-check
// How a viewer arranges a room, and its single keys.

/** @typedef {typeof import("./en/arrangement.js").default} Words */

import { openWords } from "./reading.js";

export const { say } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("arrangement")
);
