// @ts-check
// Posts, their feed and the comments below everything.

/** @typedef {typeof import("./en/posts.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("posts")
);
