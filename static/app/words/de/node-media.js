// @ts-check

/** @type {import("../types").Translation<typeof import("../en/node-media.js").default>} */
const words = {
  onAirHere: "Auf Sendung an diesem Knoten",
  nothingIsOnAir: "An diesem Knoten ist nichts auf Sendung.",
  lookAgain: "Noch einmal nachsehen",
  stream: "Stream {id}",
  feed: { camera: "Kamera", screen: "Bildschirm" },
  arrives: "{rate}, {share} auf dem Weg hierher verloren",
  doesNotArrive: "nichts kommt an",
  players: { one: "{count} Player", other: "{count} Player" },
  playersOfIt: "Seine Player, zuerst die mit dem größten Verlust",
  size: "Gesendete Größe",
  rate: "Rate",
  lost: "Verloren",
  way: "Hin und zurück",
  askedAgain: "Pakete nachgefordert",
  keyframes: "Schlüsselbilder verlangt",
  freezes: "Stand still",
  ms: "{ms} ms",
  frozen: "{times}×, {seconds} s",
};

export default words;
