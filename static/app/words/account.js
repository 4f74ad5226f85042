// @ts-check
// Coming in: signing in and up, and getting back in.

/** @typedef {typeof import("./en/account.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("account")
);
