// @ts-check
// What somebody is notified of.

/** @typedef {typeof import("./en/notifications.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("notifications")
);
