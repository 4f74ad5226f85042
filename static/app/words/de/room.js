// @ts-check

/** @type {import("../types").Translation<typeof import("../en/room.js").default>} */
const words = {
  newMessages: { one: "{count} neue Nachricht", other: "{count} neue Nachrichten" },
};

export default words;
