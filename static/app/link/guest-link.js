// @ts-check
// A guest's way onto a stage and off it: asking, answering, the devices, and what is sent from this page.

/** @import { Room } from "../model/room.js" */
/** @import { Publisher } from "../model/publisher.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Toasts } from "../model/toasts.js" */
/** @import { FeedKind } from "../types-stage" */
/** @import { Rest } from "../wire/rest.js" */
/** @import { StageLink } from "./stage-link.js" */

import { isCameraAllowed } from "../wire/capture.js";
import { sentenceFor } from "../wire/problem.js";
import { say } from "../words/stage.js";
import { FeedLink } from "./feed-link.js";

const DEVICES_KEY = "guest";
/** Six guests in the size of a streamer's picture are more than most lines and computers carry. */
const GUEST_QUALITY = 2;
/** The stage this tab is on, so that a reloaded page goes back to it. */
const ON_STAGE_KEY = "on-stage";

export class GuestLink {
  #room;
  #session;
  #toasts;
  #stageLink;
  #publishers;
  #undo;
  #wasOnStage = false;
  /** Whether it was once looked if this page had been on stage before it was loaded again. */
  #hasLooked = false;
  /** Whether the room was left. */
  #isLeft = false;

  /**
   * @param {{ rest: Rest, session: Session, toasts: Toasts }} app
   * @param {Room} room
   * @param {StageLink} stageLink
   * @param {Record<FeedKind, Publisher>} publishers
   */
  constructor({ rest, session, toasts }, room, stageLink, publishers) {
    this.#room = room;
    this.#session = session;
    this.#toasts = toasts;
    this.#stageLink = stageLink;
    this.#publishers = publishers;
    publishers.camera.choose({ quality: GUEST_QUALITY });
    publishers.screen.choose({ source: "screen" });
    const target = (/** @type {FeedKind} */ kind) => () => ({
      url: `/whip/${room.streamId}?feed=${kind}`,
      proof: rest.proof,
    });
    this.camera = new FeedLink(publishers.camera, { key: DEVICES_KEY, target: target("camera") });
    this.screen = new FeedLink(publishers.screen, {
      key: `${DEVICES_KEY}-screen`,
      target: target("screen"),
    });
    // The server learns at once that the pictures have gone.
    const left = () => [this.camera, this.screen].forEach((feed) => feed.hangUp());
    window.addEventListener("pagehide", left);
    this.#undo = [
      () => window.removeEventListener("pagehide", left),
      room.stage.subscribe(() => this.#look()),
      room.subscribe(() => room.stream?.status === "ended" && this.#stop()),
      room.rejoined.listen(() => {
        void this.camera.verify();
        void this.screen.verify();
      }),
    ];
  }

  destroy() {
    this.#isLeft = true;
    for (const undo of this.#undo) undo();
    this.camera.destroy();
    this.screen.destroy();
  }

  get status() {
    const { user } = this.#session;
    return user ? this.#room.stage.statusOf(user.id) : null;
  }

  get isSending() {
    return this.#publishers.camera.isOnAir || this.#publishers.screen.isOnAir;
  }

  /** Ask the streamer to be let onto the stage. */
  async ask() {
    const { user } = this.#session;
    if (user) await this.#stageLink.tryAdmit(user.username);
  }

  /** Accept if need be, and send the camera; refuse with the reason. */
  async enter() {
    const { user } = this.#session;
    if (!user) return;
    if (this.status !== "accepted") await this.#stageLink.admit(user.username);
    await this.camera.start();
    sessionStorage.setItem(ON_STAGE_KEY, this.#room.streamId);
  }

  /** Off the stage, or off the way there. */
  async leave() {
    const { user } = this.#session;
    this.#wasOnStage = false;
    this.#stop();
    if (user) await this.#stageLink.dismiss(user);
  }

  toggleMicrophone() {
    this.camera.setMicrophone(!this.#publishers.camera.isMicrophoneOn);
  }

  async toggleScreen() {
    if (this.#publishers.screen.isOnAir) return this.screen.stop();
    try {
      await this.screen.start();
    } catch (error) {
      this.#toasts.error(sentenceFor(error));
    }
  }

  #look() {
    const isOnStage = this.status === "accepted";
    if (this.#wasOnStage && !isOnStage) {
      if (this.isSending) this.#toasts.note(say("offStage"));
      this.#stop();
    }
    this.#wasOnStage = isOnStage;
    if (this.#hasLooked || this.#room.stage.version < 0) return;
    this.#hasLooked = true;
    if (sessionStorage.getItem(ON_STAGE_KEY) !== this.#room.streamId) return;
    // Whoever was sent away meanwhile, and is let in later, is asked before anybody sees them.
    if (isOnStage) void this.#return();
    else sessionStorage.removeItem(ON_STAGE_KEY);
  }

  /** After a reload, without a word: whoever was on stage is there again. */
  async #return() {
    if (this.isSending || !(await isCameraAllowed())) return;
    await this.camera.open();
    if (this.#isLeft) return;
    await this.camera.start().catch((error) => this.#toasts.error(sentenceFor(error)));
  }

  #stop() {
    sessionStorage.removeItem(ON_STAGE_KEY);
    if (this.#publishers.camera.isOnAir || this.#publishers.camera.media) this.camera.stop();
    if (this.#publishers.screen.isOnAir) this.screen.stop();
  }
}
