// @ts-check
// What a viewer is to the stage, below the picture: invited, waiting, or on it, and what they can do
// about that. It is not there for who only watches.

/** @import { GuestLink } from "../../link/guest-link.js" */
/** @import { Player } from "../../model/player.js" */
/** @import { Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { FeedKind } from "../../types-stage" */
/** @import { IconName } from "../kit/icons.js" */

import { openedLate } from "../../loading.js";
import { say } from "../../words/stage.js";
import { button } from "../kit/controls.js";
import { fill, h, setText } from "../kit/dom.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";

const openEntry = openedLate(() => import("./stage-entry.js"));

/** @typedef {"none" | "invited" | "requested" | "accepted" | "entering" | "live" | "reconnecting" | "interrupted"} BarState */

export class StageBar extends View {
  #guest;
  #room;
  #camera;
  #screen;
  #text = h("p", { role: "status", "data-testid": "stage-text" });
  #ready;
  #decline;
  #microphone;
  #share;
  #leave;

  /**
   * @param {{ room: Room, player: Player, publishers: Record<FeedKind, Publisher> }} models
   * @param {GuestLink} guest
   */
  constructor({ room, player, publishers }, guest) {
    super(
      h("section", {
        class: "stage-bar",
        "aria-label": say("stage"),
        "data-testid": "stage-bar",
      }),
    );
    this.#guest = guest;
    this.#room = room;
    this.#camera = publishers.camera;
    this.#screen = publishers.screen;
    // On stage one hears the others.
    const entered = () => player.setSound(false);
    this.#ready = button(say("getReady"), {
      kind: "primary",
      "data-testid": "stage-ready",
      onclick: () =>
        void openEntry(this.element, ({ openStageEntry }) =>
          openStageEntry(guest, this.#camera, entered),
        ),
    });
    this.#decline = button("", {
      kind: "quiet",
      "data-testid": "stage-decline",
      onclick: () => void guest.leave(),
    });
    this.#microphone = button("", {
      icon: "microphone",
      "data-testid": "stage-microphone",
      onclick: () => guest.toggleMicrophone(),
    });
    this.#share = button("", {
      icon: "screen",
      "data-testid": "stage-screen",
      onclick: () => void guest.toggleScreen(),
    });
    this.#leave = button(say("leave"), {
      kind: "danger",
      "data-testid": "stage-leave",
      onclick: () => void guest.leave(),
    });
    this.element.append(
      h("span", { class: "caret", "aria-hidden": "true" }),
      this.#text,
      h(
        "div",
        { class: "stage-bar-actions" },
        this.#ready,
        this.#decline,
        this.#microphone,
        this.#share,
        this.#leave,
      ),
    );
    this.watch([room, room.stage, this.#camera, this.#screen], () => this.#render());
  }

  get #state() {
    const { status } = this.#guest;
    const { stream, isOwner } = this.#room;
    if (status === null || isOwner || stream?.status === "ended") return "none";
    if (status !== "accepted") return status;
    switch (this.#camera.state) {
      case "preparing":
      case "connecting":
        return "entering";
      case "live":
      case "reconnecting":
      case "interrupted":
        return this.#camera.state;
      default:
        return "accepted";
    }
  }

  #render() {
    const state = this.#state;
    this.element.hidden = state === "none";
    this.element.dataset.state = state;
    if (state === "none") return setText(this.#text, "");
    const isSending = state === "live" || state === "reconnecting";
    setText(this.#text, this.#sentence(state));
    this.#ready.hidden = !["invited", "accepted", "interrupted"].includes(state);
    this.#decline.hidden = state !== "invited" && state !== "requested";
    this.#microphone.hidden = !isSending;
    this.#share.hidden = !isSending || !navigator.mediaDevices?.getDisplayMedia;
    this.#leave.hidden = state === "invited" || state === "requested";
    label(this.#decline, state === "invited" ? say("noThanks") : say("withdraw"));
    const { isMicrophoneOn } = this.#camera;
    label(
      this.#microphone,
      isMicrophoneOn ? say("mute") : say("unmute"),
      isMicrophoneOn ? "microphone" : "microphoneOff",
    );
    const isSharing = this.#screen.isOnAir;
    label(this.#share, isSharing ? say("stopSharing") : say("shareScreen"));
  }

  /** @param {BarState} state */
  #sentence(state) {
    const name = this.#room.stream?.user.username ?? "";
    switch (state) {
      case "invited":
        return say("invited", { name });
      case "requested":
        return say("asked", { name });
      case "entering":
        return say("entering");
      case "live":
        return this.#camera.isMicrophoneOn ? say("onStage") : say("onStageMuted");
      case "reconnecting":
      case "interrupted":
        return this.#camera.problem;
      default:
        return say("mayCome");
    }
  }
}

/**
 * @param {HTMLButtonElement} element
 * @param {string} text
 * @param {IconName} [name]
 */
function label(element, text, name) {
  const words = element.querySelector("span");
  if (!words || words.textContent === text) return;
  setText(words, text);
  if (name) fill(element, icon(name), words);
}
