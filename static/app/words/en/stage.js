// @ts-check
// The stage: watching it, standing on it, and leading it from the studio. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  // Watching
  stage: "Stage",
  layout: "Layout",
  layoutOf: { focus: "Focus", grid: "Grid", corner: "Picture in picture" },
  you: "You",
  yourScreen: "Your screen",
  screenOf: "{name}'s screen",
  makeLarge: "Show {name} large",
  came: "{name} is on stage.",
  went: "{name} has left the stage.",
  connecting: "Connecting",
  willReturn: "Back in a moment",

  // A guest
  ask: "Ask to come on stage",
  invited: "{name} invites you on stage.",
  asked: "You asked {name} to let you on stage.",
  mayCome: "You may come on stage.",
  entering: "Going on stage",
  onStage: "You are on stage.",
  onStageMuted: "You are on stage, muted.",
  offStage: "You are not on stage any more.",
  getReady: "Get ready",
  noThanks: "No, thanks",
  withdraw: "Withdraw",
  leave: "Leave the stage",
  mute: "Mute",
  unmute: "Unmute",
  shareScreen: "Share screen",
  stopSharing: "Stop sharing",
  beforeYouGo: "Before you go on stage",
  everybodyWillSee:
    "Everybody in the room will see and hear you. Headphones keep the others' sound out of your microphone.",
  goOnStage: "Go on stage",

  // The studio
  stageWithWaiting: { one: "Stage ({count} waiting)", other: "Stage ({count} waiting)" },
  upToSix:
    "Up to {all} people can stand beside you, each with a camera and a screen. Viewers can ask to come, too.",
  inviteByName: "Invite somebody by user name",
  inviteHint: "They are told where they are, and get ready before they come.",
  invite: "Invite",
  whom: "Whom?",
  people: "On stage and on the way there",
  nobody: "Nobody is on stage with you.",
  places: "{taken} of {all} places taken",
  stateOf: {
    requested: "asks to come on stage",
    invited: "is invited",
    accepted: "gets ready",
    live: "on stage",
  },
  letIn: "Let in",
  letInWhom: "Let {name} on stage",
  dismiss: { requested: "Decline", invited: "Withdraw", accepted: "Remove" },
  dismissWhom: {
    requested: "Do not let {name} on stage",
    invited: "Withdraw the invitation of {name}",
    accepted: "Remove {name} from the stage",
  },
  removed: "{name} is off the stage.",
  inviteAgain: "Invite again",
  asks: "{name} asks to come on stage.",
  secondPicture: "Your second picture",
  add: { screen: "Share your screen as well", camera: "Add your camera" },
  stop: { screen: "Stop sharing the screen", camera: "Turn the camera off" },
  yours: { screen: "Your screen", camera: "Your camera" },
  pictureIsOff: "This picture is off. Viewers see what else is on stage.",
});
