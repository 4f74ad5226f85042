// @ts-check
// Notifications where no page is open. The English entries are the ones that the other languages follow.

export default /** @type {const} */ ({
  onThisDevice: "On this device",
  tellMeOnThisDevice: "Tell me on this device",
  alsoWhileNoPageIs:
    "Also while no page of Vibecast is open, until you sign out here. Of what, you choose under Notifications.",
  whatToBeToldOf: "What to be told of",
  thisBrowserCannot: "This browser cannot receive notifications from here.",
  theBrowserBlocksThem:
    "The browser blocks notifications of this site. Allow them in its settings for the site, then come back.",
  theBrowserGaveNoAddress: "The browser could not set it up. Try again later.",
  on: "On. This device is told.",
  off: "Off.",
  pushFollow: "{who} follows you now",
  pushFollowSeveral: "{who} and {count} more follow you now",
  pushLike: "{who} liked your {thing}",
  pushLikeSeveral: "{who} and {count} more liked your {thing}",
  pushComment: "{who} commented on your {thing}",
  pushCommentSeveral: "{who} and {count} more commented on your {thing}",
  pushReply: "{who} answered you",
  pushMention: "{who} mentioned you",
  pushSuggestionAccepted: "{who} accepted your suggestion",
  pushSuggestionRejected: "{who} did not take your suggestion",
  pushBadge: "You got a badge",
  pushChallengeResult: "Your submission was reviewed",
  pushLive: "{who} is live",
  pushRemoval: "A moderator looked at something of yours",
  pushStageInvitation: "{who} invites you on stage",
  pushOther: "There is something new for you",
  thingPost: "post",
  thingComment: "comment",
  thingVideo: "video",
  thingStream: "stream",
});
