// @ts-check
// A stage of several pictures in the room's player: every picture in its place, and the choice of how
// they are laid out. With one picture it adds nothing.

/** @import { Layout, Picture, Pictures, Place, Size } from "../../model/pictures.js" */
/** @import { Player } from "../../model/player.js" */
/** @import { PlayerView } from "./player.js" */

import { LAYOUTS } from "../../model/pictures.js";
import { say } from "../../words/stage.js";
import { KeyedList, h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { nameOfFeed } from "./feed-name.js";
import { StageTile, putInto } from "./stage-tile.js";

/**
 * @typedef {object} Tile
 * @property {Picture} picture
 * @property {Place} place
 * @property {boolean} isAlone it fills the player, or shares it alike with others
 */

export class StageView extends View {
  #pictures;
  #playerView;
  #tiles;
  #select;
  #said = h("p", { class: "visually-hidden", role: "status", "data-testid": "stage-said" });
  /** Who was there when it was last said. @type {Map<string, string> | null} */
  #known = null;

  /**
   * @param {{ pictures: Pictures, player: Player }} models
   * @param {PlayerView} playerView
   * @param {{ chooseLayout: (layout: Layout) => void }} actions
   */
  constructor({ pictures, player }, playerView, { chooseLayout }) {
    // Without a box of its own: its tiles stand in the player's grid, beside the main picture.
    super(h("div", { class: "stage-tiles", "data-testid": "stage" }));
    this.#pictures = pictures;
    this.#playerView = playerView;
    this.#tiles = new KeyedList(
      this.element,
      (/** @type {Tile} */ { picture }) => keyOf(picture),
      () => new StageTile(player, { makeLarge: (id) => pictures.makeLarge(id) }),
    );
    this.whenDestroyed(() => this.#tiles.set([]));
    this.#select = h(
      "select",
      {
        class: "on-video player-quality",
        "aria-label": say("layout"),
        title: say("layout"),
        "data-testid": "stage-layout",
        onchange: () => chooseLayout(/** @type {Layout} */ (this.#select.value)),
      },
      ...LAYOUTS.map((layout) => h("option", { value: layout }, say("layoutOf", { kind: layout }))),
    );
    this.element.addEventListener("dblclick", ({ target }) => {
      if (target instanceof HTMLVideoElement) playerView.toggleFullscreen();
    });
    playerView.video.after(this.element);
    playerView.element.append(this.#said);
    playerView.leaving = () => this.#largeVideo() ?? playerView.video;
    this.whenDestroyed(() => this.#said.remove());
    this.watch([pictures], () => this.#render());
  }

  #render() {
    const { items, layout, areSeveral, arrangement } = this.#pictures;
    const { element, video, cover, tools } = this.#playerView;
    if (areSeveral) element.dataset.arrangement = layout;
    else delete element.dataset.arrangement;
    resize(element, "wide", arrangement.wide);
    resize(element, "narrow", arrangement.narrow);
    const tiles = areSeveral
      ? items.map((picture, at) => ({
          picture,
          place: /** @type {Place} */ (arrangement.places[at]),
          isAlone: layout === "grid",
        }))
      : [];
    this.#tiles.set(tiles);
    const main = tiles.find(({ picture }) => picture.isMain);
    // Guests alone on stage: there is nothing of the streamer to wait for in a place of its own.
    element.toggleAttribute("data-without-main", areSeveral && !main);
    for (const part of [video, cover]) {
      if (main) putInto(part, main.place);
      else delete part.dataset.place;
    }
    this.#playerView.setSilent(main?.picture.isOwn ?? false);
    this.#select.value = layout;
    if (areSeveral && !this.#select.isConnected) tools.append(this.#select);
    else if (!areSeveral) this.#select.remove();
    this.#say(items);
  }

  /** @returns {HTMLVideoElement | null} */
  #largeVideo() {
    const { large, areSeveral } = this.#pictures;
    if (!areSeveral || !large || large.isMain) return null;
    return this.element.querySelector(`[data-feed="${large.feed.id}"] video`);
  }

  /**
   * Tell those who do not see it who came and who went; not who was there already.
   * @param {Picture[]} items
   */
  #say(items) {
    const now = new Map(items.map(({ feed, isOwn }) => [feed.id, nameOfFeed(feed, isOwn)]));
    const before = this.#known;
    this.#known = now;
    if (!before) return;
    const came = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const went = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    // The first picture of a stream is what its player says itself.
    if (before.size === 0 || came.length + went.length === 0) return;
    const sentences = [...came.map((name) => say("came", { name })), ...went.map((name) => say("went", { name }))];
    setText(this.#said, sentences.join(" "));
  }
}

/** A picture that moves into the room's player, or out of it, is another tile. @param {Picture} picture */
function keyOf({ feed, isMain }) {
  return isMain ? `${feed.id}-main` : feed.id;
}

/**
 * @param {HTMLElement} element
 * @param {"wide" | "narrow"} width
 * @param {Size} size
 */
function resize({ style }, width, { columns, rows }) {
  style.setProperty(`--${width}-columns`, String(columns));
  style.setProperty(`--${width}-rows`, String(rows));
}
