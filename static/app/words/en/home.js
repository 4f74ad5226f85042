// @ts-check
// The first page. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  home: "Home",
  liveNow: "Live now",
  upcoming: "Upcoming",
  comingUp: "Coming up",
  around: "Around",
  theListMayBeOld: "The list may be old. {problem}",
  nobodyIsLiveBeFirst: "Nobody is live right now. Somebody has to be first.",
  nobodyIsLiveYet:
    "Nobody is live right now. When somebody is, they appear here by themselves.",
  tryAgain: "Try again",
  theListCouldNotBe: "The list could not be loaded",
  loading: "Loading",
  watchSoftwareBeingWritten: "Watch software being written. Then write it together.",
  liveCodingWithChat:
    "Live coding with chat, polls, and an editor where viewers suggest changes line by line. The best ones get accepted while you watch.",
  joinAndGoLive: "Join and go live",
  goodToSeeYou: "Good to see you, {name}.",
  yourCameraOrScreenIs: "Your camera or screen is one click from being on air.",
  openTheStudio: "Open the studio",
  exampleSuggestion:
    "An example: a viewer suggests replacing a loop by bisect_left; fourteen others agree.",
  accepted: "Accepted",
  suggests: "{name} suggests",
});
