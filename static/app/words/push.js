// @ts-check
// Notifications where no page is open: the switch for a device, and what is shown there.

/** @typedef {typeof import("./en/push.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("push")
);
