// @ts-check

/** @type {import("../types").Translation<typeof import("../en/moderation.js").default>} */
const words = {
  undo: "Rückgängig",
  andMoreReports: { one: "und {count} weitere Meldung", other: "und {count} weitere Meldungen" },
};

export default words;
