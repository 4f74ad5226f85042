// @ts-check

/** @type {import("../types").Translation<typeof import("../en/home.js").default>} */
const words = {
  home: "Start",
  liveNow: "Jetzt live",
  upcoming: "Demnächst",
  comingUp: "Demnächst",
  around: "Drumherum",
  theListMayBeOld: "Die Liste ist vielleicht nicht aktuell. {problem}",
  nobodyIsLiveBeFirst: "Gerade ist niemand live. Irgendwer muss den Anfang machen.",
  nobodyIsLiveYet:
    "Gerade ist niemand live. Sobald es jemand ist, erscheint es hier von selbst.",
  tryAgain: "Noch einmal versuchen",
  theListCouldNotBe: "Die Liste ließ sich nicht laden",
  loading: "Wird geladen",
  watchSoftwareBeingWritten: "Sieh zu, wie Software entsteht. Und schreib dann mit.",
  liveCodingWithChat:
    "Live-Coding mit Chat, Umfragen und einem Editor, in dem Zuschauer Zeile für Zeile Änderungen vorschlagen. Die besten werden übernommen, während du zusiehst.",
  joinAndGoLive: "Mitmachen und live gehen",
  goodToSeeYou: "Schön, dass du da bist, {name}.",
  yourCameraOrScreenIs: "Mit einem Klick ist deine Kamera oder dein Bildschirm auf Sendung.",
  openTheStudio: "Studio öffnen",
  exampleSuggestion:
    "Ein Beispiel: Jemand schlägt vor, eine Schleife durch bisect_left zu ersetzen; vierzehn andere stimmen zu.",
  accepted: "Angenommen",
  suggests: "{name} schlägt vor",
};

export default words;
