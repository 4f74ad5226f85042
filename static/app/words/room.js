// @ts-check
// The room: picture, chat, polls and questions.

/** @typedef {typeof import("./en/room.js").default} Words */

import { openWords } from "./reading.js";

export const { say, sayWith } = /** @type {import("./types").Reader<Words>} */ (
  await openWords("room")
);
