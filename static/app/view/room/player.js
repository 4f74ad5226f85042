// @ts-check
// The picture and its controls. The player carries data-state and data-frames, for styles and tests.

/** @import { Player } from "../../model/player.js" */
/** @import { Room } from "../../model/room.js" */

import { say } from "../../words/room.js";
import { button, iconButton, liveChip } from "../kit/controls.js";
import { fill, h, setAttributes, setText } from "../kit/dom.js";
import { formatBitrate, formatWhen } from "../kit/format.js";
import { icon } from "../kit/icons.js";
import { View } from "../kit/view.js";
import { say as sayArranged } from "../../words/arrangement.js";
import { Captions } from "./captions.js";
import { QualityMenu } from "./quality-menu.js";

/** @typedef {{ open: () => void, choose: (height: number | null) => void }} QualityActions */

export class PlayerView extends View {
  #player;
  #room;
  #offersSound;
  #quality;
  #video = h("video", {
    autoplay: true,
    playsinline: true,
    muted: true,
    "aria-label": say("livePicture"),
  });
  #cover = h("div", { class: "player-cover", role: "status", "aria-live": "polite" });
  #coverTitle = h("p", { class: "player-cover-title" });
  #coverText = h("p", { class: "player-cover-text" });
  #unmute = button(say("turnTheSoundOn"), {
    icon: "mute",
    class: "button player-unmute",
    "data-testid": "unmute",
  });
  #chip = liveChip();
  #sound = iconButton("sound", say("mute"), { class: "on-video", "data-testid": "mute" });
  #volume = h("input", {
    type: "range",
    min: "0",
    max: "1",
    step: "0.05",
    class: "player-volume",
    "aria-label": say("volume"),
  });
  #numbers = h("dl", { class: "player-numbers", hidden: true });
  #numbersButton = iconButton("numbers", say("statistics"), {
    class: "on-video",
    "aria-pressed": "false",
    onclick: () => this.toggleNumbers(),
  });
  #captions = this.own(new Captions(this.#video));
  #fullscreen = iconButton("fullscreen", say("fullScreen"), { class: "on-video" });
  #isSilent = false;
  /** Controls of whoever adds to the picture. */
  tools = h("span", { class: "player-tools" });
  /** Which picture leaves the page for a window of its own. @type {() => HTMLVideoElement} */
  leaving = () => this.#video;

  /**
   * @param {Player} player
   * @param {Room} room
   * @param {{ offersSound?: boolean, quality?: QualityActions | null, toggleTheatre?: () => void }}
   *   [options] whether "turn the sound on" stands over the picture; what the menu of sizes does, if
   *   there is one; what gives the picture the page
   */
  constructor(player, room, { offersSound = true, quality = null, toggleTheatre } = {}) {
    super(h("div", { class: "player", tabindex: "-1", "data-testid": "player" }));
    this.#player = player;
    this.#room = room;
    this.#offersSound = offersSound;
    this.#quality = quality;
    this.#video.muted = true;
    this.#cover.append(
      h("span", { class: "player-cover-mark", "aria-hidden": "true" }),
      this.#coverTitle,
      this.#coverText,
    );
    const menu = quality && this.own(new QualityMenu(player, quality));
    this.element.append(
      this.#video,
      this.#cover,
      this.#unmute,
      this.#numbers,
      this.#captions.element,
      this.#controls(menu?.element, toggleTheatre),
    );
    this.#listen();
    this.watch([player, room], () => this.#render());
  }

  toggleNumbers() {
    this.#numbers.hidden = !this.#numbers.hidden;
    if (!this.#numbers.hidden) this.#quality?.open();
    this.#numbersButton.setAttribute("aria-pressed", String(!this.#numbers.hidden));
    this.#renderNumbers();
  }

  /**
   * @param {HTMLElement | undefined} quality
   * @param {(() => void) | undefined} toggleTheatre
   */
  #controls(quality, toggleTheatre) {
    const theatre =
      toggleTheatre &&
      iconButton("theatre", sayArranged("theatre"), {
        class: "on-video player-theatre",
        "data-testid": "theatre",
        onclick: toggleTheatre,
      });
    const pictureInPicture = iconButton("pictureInPicture", say("pictureInPicture"), {
      class: "on-video",
      onclick: () => this.togglePictureInPicture(),
    });
    pictureInPicture.hidden = !document.pictureInPictureEnabled;
    return h(
      "div",
      { class: "player-controls", role: "group", "aria-label": say("player") },
      this.#sound,
      this.#volume,
      this.#chip,
      h("span", { class: "player-gap" }),
      this.tools,
      quality,
      this.#captions.toggle,
      this.#numbersButton,
      pictureInPicture,
      theatre,
      this.#fullscreen,
    );
  }

  get video() {
    return this.#video;
  }

  get cover() {
    return this.#cover;
  }

  /**
   * Never let one hear oneself.
   * @param {boolean} isSilent
   */
  setSilent(isSilent) {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.#render();
  }

  #listen() {
    const player = this.#player;
    this.#sound.addEventListener("click", () => player.setSound(!player.isMuted));
    this.#unmute.addEventListener("click", () => player.setSound(false));
    this.#volume.addEventListener("input", () => {
      const volume = Number(this.#volume.value);
      player.setSound(volume === 0, volume);
    });
    this.#fullscreen.addEventListener("click", () => this.toggleFullscreen());
    this.#video.addEventListener("dblclick", () => this.toggleFullscreen());
    const fullscreenChanged = () => {
      const isFull = document.fullscreenElement === this.element;
      fill(this.#fullscreen, icon(isFull ? "exitFullscreen" : "fullscreen"));
      setAttributes(this.#fullscreen, {
        "aria-label": isFull ? say("leaveFullScreen") : say("fullScreen"),
      });
    };
    document.addEventListener("fullscreenchange", fullscreenChanged);
    this.whenDestroyed(() => document.removeEventListener("fullscreenchange", fullscreenChanged));
  }

  #render() {
    const { media, state, isMuted, volume, hasChosenSound, numbers } = this.#player;
    if (this.#video.srcObject !== media) {
      this.#video.srcObject = media;
      if (media) this.#play();
    }
    this.#video.muted = isMuted || this.#isSilent;
    this.#video.volume = volume;
    for (const { dataset } of [this.element, this.#video]) {
      dataset.state = state;
      dataset.frames = String(numbers?.framesDecoded ?? 0);
    }
    this.#unmute.hidden = !this.#offersSound || hasChosenSound || !isMuted || state !== "playing";
    this.#chip.hidden = state !== "playing";
    this.#volume.value = isMuted ? "0" : String(volume);
    fill(this.#sound, icon(isMuted ? "mute" : "sound"));
    setAttributes(this.#sound, {
      "aria-label": isMuted ? say("unmute") : say("mute"),
      title: isMuted ? say("unmuteM") : say("muteM"),
    });
    this.#renderCover();
    if (!this.#numbers.hidden) this.#renderNumbers();
  }

  #renderCover() {
    const cover = coverFor(this.#player, this.#room);
    this.#cover.hidden = cover === null;
    if (!cover) return;
    setText(this.#coverTitle, cover.title);
    setText(this.#coverText, cover.text);
  }

  #renderNumbers() {
    const { numbers } = this.#player;
    if (!numbers) return;
    const rows = [
      [say("picture"), `${numbers.width} × ${numbers.height}`],
      [say("frames"), say("perSecond", { number: numbers.framesPerSecond.toFixed(0) })],
      [say("rate"), formatBitrate(numbers.bitrateBps)],
      [say("lineCarries"), lineOf(this.#player)],
      [say("lostPackets"), String(numbers.packetsLost)],
      [say("buffer"), numbers.delayMs === null ? "–" : say("ms", { delay: numbers.delayMs.toFixed(0) })],
    ];
    fill(
      this.#numbers,
      ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { class: "number" }, value)]),
    );
  }

  async #play() {
    try {
      await this.#video.play();
    } catch {
      // A browser that refuses sound without a gesture still plays muted; the large button is shown.
      this.#video.muted = true;
      await this.#video.play().catch(() => null);
    }
  }

  toggleFullscreen() {
    void this.#changeFullscreen();
  }

  togglePictureInPicture() {
    void this.#changePictureInPicture();
  }

  async #changeFullscreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.element.requestFullscreen?.().catch(() => null);
  }

  async #changePictureInPicture() {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await this.leaving().requestPictureInPicture().catch(() => null);
  }

}

/** @param {Player} player */
function lineOf({ layers }) {
  if (!layers) return "–";
  return layers.limit === null ? say("enough") : formatBitrate(layers.limit);
}

/**
 * What stands over the picture while there is none.
 * @param {Player} player
 * @param {Room} room
 */
function coverFor({ state, problem }, { stream, isOwner }) {
  const who = stream?.user.username ?? say("theStreamer");
  switch (state) {
    case "playing":
      return null;
    case "waiting":
      if (isOwner)
        return { title: say("nothingIsBeingSentYet"), text: say("whatViewersSeeAppearsHere") };
      return stream?.scheduled_at && stream.status === "scheduled"
        ? {
            title: say("starts", { when: formatWhen(stream.scheduled_at, Date.now()) }),
            text: say("thePictureBeginsHereBy"),
          }
        : { title: say("waitingFor", { name: who }), text: say("thePictureBeginsHereBy") };
    case "stalled":
      if (isOwner)
        return {
          title: say("noPictureArrives"),
          text: say("viewersWaitItGoesOn"),
        };
      return {
        title: say("willBeRightBack", { name: who }),
        text: say("thePictureGoesOnHere"),
      };
    case "reconnecting":
      return {
        title: say("reconnecting"),
        text: problem || say("theConnectionWasLostIt"),
      };
    case "ended":
      return { title: say("thisStreamHasEnded"), text: say("chatAndCodeStayHere") };
    default:
      return { title: say("connecting"), text: "" };
  }
}
