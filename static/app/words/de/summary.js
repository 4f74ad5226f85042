// @ts-check

/** @type {import("../types").Translation<typeof import("../en/summary.js").default>} */
const words = {
  summary: "Zusammenfassung",
  ended: "Dein Stream ist zu Ende",
  missing: "Diesen Stream gibt es nicht.",
  onAir: "Auf Sendung",
  neverBegan: "Er hat nie begonnen",
  lessThanAMinute: "unter einer Minute",
  viewers: "Zuschauer",
  peak: "Höchstens zugleich",
  average: "Im Durchschnitt",
  notCounted: "nicht gezählt",
  newFollowers: "Neue Follower",
  messages: "Chatnachrichten",
  chatters: { one: "von {count} Person", other: "von {count} Personen" },
  polls: "Umfragen",
  votes: { one: "{count} Stimme", other: "{count} Stimmen" },
  questions: "Fragen",
  answered: { one: "{count} beantwortet", other: "{count} beantwortet" },
  suggestions: "Vorschläge",
  accepted: { one: "{count} angenommen", other: "{count} angenommen" },
  health: "Das Bild",
  steady: "Es stand nie still.",
  interruptions: { one: "Es blieb {count} Mal weg und kam wieder, nach insgesamt {seconds} s.", other: "Es blieb {count} Mal weg und kam wieder, nach insgesamt {seconds} s." },
  liveAgain: "Noch einmal live gehen",
  seeRoom: "Zum Raum",
  yourStreams: "Deine Streams",
  open: "Was daraus wurde",
};

export default words;
