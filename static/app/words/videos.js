// @ts-check
// Videos and their upload.

/** @typedef {typeof import("./en/videos.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("videos")
);
