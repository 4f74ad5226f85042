// @ts-check

/** @type {import("../types").Translation<typeof import("../en/search.js").default>} */
const words = {
  announced: "angekündigt",
  ended: "beendet",
  foundFor: "Gefunden für",
  search: "Suche",
  more: {
    streams: "Mehr Streams",
    people: "Mehr Leute",
    tags: "Mehr Tags",
    posts: "Mehr Beiträge",
    videos: "Mehr Videos",
  },
  searchOf: "{q} · Suche",
  streams: "Streams",
  people: "Leute",
  tags: "Tags",
  posts: "Beiträge",
  videos: "Videos",
  searching: "Wird gesucht",
  tryAgain: "Noch einmal versuchen",
  theSearchDidNotCome: "Die Suche kam nicht an",
  whatAreYouLookingFor: "Was suchst du?",
  peoplePostsStreamsVideosAnd:
    "Leute, Beiträge, Streams, Videos und Tags. „Anführungszeichen“ für genaue Wortfolgen, -Wort lässt etwas weg.",
  nothingFoundFor: "Nichts gefunden für „{q}“",
  tryFewerWordsOrOnly: "Versuch es mit weniger Wörtern oder nur dem Anfang eines Namens.",
};

export default words;
