// @ts-check
// One picture of a stage: its video, whose it is, and the way to make it large. Of the main picture,
// whose video is the player's own, only the name and the way.

/** @import { Picture, Place } from "../../model/pictures.js" */
/** @import { Player } from "../../model/player.js" */
/** @import { Tile } from "./stage.js" */

import { say } from "../../words/stage.js";
import { h, setAttributes, setText } from "../kit/dom.js";
import { nameOfFeed } from "./feed-name.js";

export class StageTile {
  #sound;
  #makeLarge;
  /** @type {Picture | null} */
  #picture = null;
  /** @type {(() => void) | null} */
  #unwatch = null;
  #unwatchSound;
  #video = h("video", { autoplay: true, playsinline: true, muted: true });
  #cover = h("div", { class: "stage-tile-cover" });
  #name = h("figcaption", { class: "stage-tile-name" });
  #choose = h("button", {
    type: "button",
    class: "stage-tile-choose",
    onclick: () => this.#picture && this.#makeLarge(this.#picture.feed.id),
  });
  element = h("figure", { class: "stage-tile", "data-testid": "stage-tile" });

  /**
   * @param {Player} sound the room's player, whose volume is everybody's
   * @param {{ makeLarge: (feedId: string) => void }} actions
   */
  constructor(sound, { makeLarge }) {
    this.#sound = sound;
    this.#makeLarge = makeLarge;
    this.#video.muted = true;
    // The first frame is there before the numbers say so.
    this.#video.addEventListener("loadeddata", () => this.#render());
    this.element.append(this.#video, this.#cover, this.#name, this.#choose);
    this.#unwatchSound = sound.subscribe(() => this.#render());
  }

  /** @param {Tile} tile */
  update({ picture, place, isAlone }) {
    const { feed, isOwn, isMain } = picture;
    const source = picture.player ?? picture.publisher;
    if (source !== (this.#picture?.player ?? this.#picture?.publisher)) {
      this.#unwatch?.();
      this.#unwatch = source?.subscribe(() => this.#render()) ?? null;
    }
    this.#picture = picture;
    const name = nameOfFeed(feed, isOwn);
    Object.assign(this.element.dataset, {
      feed: feed.id,
      kind: feed.kind,
      user: feed.user.username,
      main: String(isMain),
    });
    putInto(this.element, place);
    setText(this.#name, name);
    this.#choose.hidden = place.isLarge && !isAlone;
    setAttributes(this.#choose, {
      "aria-label": say("makeLarge", { name }),
      title: say("makeLarge", { name }),
    });
    setAttributes(this.#video, { "aria-label": name });
    this.#video.hidden = isMain;
    this.#render();
  }

  destroy() {
    this.#unwatch?.();
    this.#unwatchSound();
    this.#video.srcObject = null;
  }

  #render() {
    const { player = null, publisher = null, isMain = true, isOwn = false } = this.#picture ?? {};
    const media = player?.media ?? publisher?.media ?? null;
    this.#video.muted = this.#sound.isMuted || isOwn;
    this.#video.volume = this.#sound.volume;
    this.#video.classList.toggle("is-mirrored", publisher?.choices.source === "camera");
    if (this.#video.srcObject !== media) {
      this.#video.srcObject = media;
      if (media) void this.#play();
    }
    const state = isMain ? this.#sound.state : publisher ? "playing" : (player?.state ?? "idle");
    this.element.dataset.state = state;
    const hasFrame = this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const words = hasFrame && state === "connecting" ? "" : coverWords(state);
    this.#cover.hidden = isMain || words === "";
    setText(this.#cover, words);
  }

  async #play() {
    try {
      await this.#video.play();
    } catch {
      // A browser that refuses sound without a gesture still plays muted, as the room's player does.
      this.#video.muted = true;
      await this.#video.play().catch(() => null);
    }
  }
}

/** @param {Player["state"]} state */
function coverWords(state) {
  if (state === "playing") return "";
  const isBeginning = state === "idle" || state === "connecting";
  return isBeginning ? say("connecting") : say("willReturn");
}

/**
 * @param {HTMLElement} element
 * @param {Place} place
 */
export function putInto({ dataset, style }, { isLarge, wide, narrow }) {
  dataset.place = isLarge ? "large" : "small";
  style.setProperty("--wide-column", String(wide.column));
  style.setProperty("--wide-row", String(wide.row));
  style.setProperty("--narrow-column", String(narrow.column));
  style.setProperty("--narrow-row", String(narrow.row));
}
