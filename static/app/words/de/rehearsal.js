// @ts-check

/** @type {import("../types").Translation<typeof import("../en/rehearsal.js").default>} */
const words = {
  test: "Fünf Sekunden proben",
  recording: "Deine Aufnahme",
  discard: "Verwerfen",
  hint: "Nur hier aufgenommen und abgespielt: Nichts wird gesendet.",
  goesOn: { one: "Sag etwas: noch {count} Sekunde.", other: "Sag etwas: noch {count} Sekunden." },
  failed: "Dieser Browser konnte nicht aufnehmen.",
  noSound: "Das Bild war da, Ton wird nicht aufgenommen.",
  silent: "Es war nichts zu hören: Sieh nach dem Mikrofon.",
  heard: "Bild und Ton sind da. So siehst du aus, so klingst du.",
};

export default words;
