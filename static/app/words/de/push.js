// @ts-check
// Benachrichtigungen, während keine Seite offen ist.

/** @type {import("../types").Translation<typeof import("../en/push.js").default>} */
const words = {
  onThisDevice: "Auf diesem Gerät",
  tellMeOnThisDevice: "Auf diesem Gerät Bescheid geben",
  alsoWhileNoPageIs:
    "Auch während keine Seite von Vibecast offen ist, bis du dich hier abmeldest. Wovon, wählst du unter Benachrichtigungen.",
  whatToBeToldOf: "Wovon ich erfahren will",
  thisBrowserCannot: "Dieser Browser kann von hier keine Benachrichtigungen bekommen.",
  theBrowserBlocksThem:
    "Der Browser lässt keine Benachrichtigungen dieser Seite zu. Erlaube sie in seinen Einstellungen für die Seite und komm dann wieder.",
  theBrowserGaveNoAddress: "Der Browser konnte es nicht einrichten. Versuche es später noch einmal.",
  on: "An. Dieses Gerät bekommt Bescheid.",
  off: "Aus.",
  pushFollow: "{who} folgt dir jetzt",
  pushFollowSeveral: "{who} und {count} mehr folgen dir jetzt",
  pushLike: "{who} gefällt etwas von dir: {thing}",
  pushLikeSeveral: "{who} und {count} anderen gefällt etwas von dir: {thing}",
  pushComment: "{who} hat etwas von dir kommentiert: {thing}",
  pushCommentSeveral: "{who} und {count} mehr haben etwas von dir kommentiert: {thing}",
  pushReply: "{who} hat dir geantwortet",
  pushMention: "{who} hat dich erwähnt",
  pushSuggestionAccepted: "{who} hat deinen Vorschlag angenommen",
  pushSuggestionRejected: "{who} hat deinen Vorschlag nicht übernommen",
  pushBadge: "Du hast ein Abzeichen bekommen",
  pushChallengeResult: "Deine Einreichung wurde durchgesehen",
  pushLive: "{who} ist live",
  pushRemoval: "Jemand von der Moderation hat sich etwas von dir angesehen",
  pushStageInvitation: "{who} lädt dich auf die Bühne ein",
  pushOther: "Es gibt etwas Neues für dich",
  thingPost: "Beitrag",
  thingComment: "Kommentar",
  thingVideo: "Video",
  thingStream: "Stream",
};

export default words;
