// @ts-check
// What was found. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  announced: "announced",
  ended: "ended",
  foundFor: "Found for",
  search: "Search",
  more: {
    streams: "More streams",
    people: "More people",
    tags: "More tags",
    posts: "More posts",
    videos: "More videos",
  },
  searchOf: "{q} · Search",
  streams: "Streams",
  people: "People",
  tags: "Tags",
  posts: "Posts",
  videos: "Videos",
  searching: "Searching",
  tryAgain: "Try again",
  theSearchDidNotCome: "The search did not come through",
  whatAreYouLookingFor: "What are you looking for?",
  peoplePostsStreamsVideosAnd:
    "People, posts, streams, videos and tags. Use “quotes” for exact words and -word to leave some out.",
  nothingFoundFor: "Nothing found for “{q}”",
  tryFewerWordsOrOnly: "Try fewer words, or only the beginning of a name.",
});
