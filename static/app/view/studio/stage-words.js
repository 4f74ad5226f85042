// @ts-check
// What the studio says of its stage.

/** @import { GuestStatus } from "../../types-stage" */

export const STUDIO_STAGE_WORDS = {
  stage: "Stage",
  stageWith: (/** @type {number} */ waiting) => `Stage (${waiting} waiting)`,
  text: "Up to six people can stand beside you, each with a camera and a screen. Viewers can ask to come, too.",
  invite: "Invite somebody by user name",
  inviteHint: "They are told where they are and get ready before they come.",
  inviteAction: "Invite",
  whom: "Whom?",
  onStage: "On stage and on the way there",
  nobody: "Nobody is on stage with you.",
  places: (/** @type {number} */ taken, /** @type {number} */ all) =>
    `${taken} of ${all} places are taken.`,
  states: /** @type {Record<GuestStatus, string>} */ ({
    requested: "asks to come on stage",
    invited: "is invited",
    accepted: "gets ready",
  }),
  onAir: "on stage",
  admit: "Let in",
  admitWhom: (/** @type {string} */ name) => `Let ${name} on stage`,
  decline: "Decline",
  declineWhom: (/** @type {string} */ name) => `Do not let ${name} on stage`,
  withdraw: "Withdraw",
  withdrawWhom: (/** @type {string} */ name) => `Withdraw the invitation of ${name}`,
  remove: "Remove",
  removeWhom: (/** @type {string} */ name) => `Remove ${name} from the stage`,
  removed: (/** @type {string} */ name) => `${name} is off the stage.`,
  inviteAgain: "Invite again",
  asks: (/** @type {string} */ name) => `${name} asks to come on stage.`,
  secondPicture: "Your second picture",
  add: { screen: "Share your screen as well", camera: "Add your camera" },
  stop: { screen: "Stop sharing the screen", camera: "Turn the camera off" },
  pictures: { screen: "Your screen", camera: "Your camera" },
};
