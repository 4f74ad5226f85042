// @ts-check
// What is on air at a node, for its admins.

/** @typedef {typeof import("./en/node-media.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("node-media")
);
