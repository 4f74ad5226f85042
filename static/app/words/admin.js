// @ts-check
// The pages of an admin.

/** @typedef {typeof import("./en/admin.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("admin")
);
