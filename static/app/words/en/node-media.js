// @ts-check
// What is on air at a node. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  onAirHere: "On air at this node",
  nothingIsOnAir: "Nothing is on air at this node.",
  lookAgain: "Look again",
  stream: "Stream {id}",
  feed: { camera: "Camera", screen: "Screen" },
  arrives: "{rate}, {share} lost on the way here",
  doesNotArrive: "nothing arrives",
  players: { one: "{count} player", other: "{count} players" },
  playersOfIt: "Its players, first those that lose most",
  size: "Size sent",
  rate: "Rate",
  lost: "Lost",
  way: "Way there and back",
  askedAgain: "Packets asked again",
  keyframes: "Keyframes asked",
  freezes: "Stood still",
  ms: "{ms} ms",
  frozen: "{times}×, {seconds} s",
});
