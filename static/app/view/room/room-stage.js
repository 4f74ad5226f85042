// @ts-check
// What a room's page has of its stage: every picture in the player, and the way onto the stage for who
// watches. Its element is what one is told below the picture.

/** @import { App } from "../../app" */
/** @import { PlayerLink } from "../../link/player-link.js" */
/** @import { RoomLink } from "../../link/room-link.js" */
/** @import { Player } from "../../model/player.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { MenuItem } from "../kit/menu.js" */
/** @import { PlayerView } from "./player.js" */

import { FeedsLink } from "../../link/feeds-link.js";
import { GuestLink } from "../../link/guest-link.js";
import { load } from "../../loading.js";
import { Pictures } from "../../model/pictures.js";
import { Publisher } from "../../model/publisher.js";
import { say } from "../../words/stage.js";
import { h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { StageBar } from "./stage-bar.js";
import { StageView } from "./stage.js";

export class RoomStage extends View {
  #app;
  #room;
  #guest;
  #stopWaiting = () => {};

  /**
   * @param {App} app
   * @param {{ room: Room, player: Player }} models
   * @param {{ roomLink: RoomLink, playerLink: PlayerLink }} links
   * @param {PlayerView} playerView
   */
  constructor(app, { room, player }, { roomLink, playerLink }, playerView) {
    super(h("div", { class: "room-stage" }));
    this.#app = app;
    this.#room = room;
    const { session } = app;
    const pictures = new Pictures();
    const publishers = { camera: new Publisher(), screen: new Publisher() };
    this.#guest = this.own(new GuestLink(app, room, roomLink.stage, publishers));
    const feeds = this.own(new FeedsLink({ room, pictures, session }, playerLink, publishers));
    this.own(
      new StageView(
        { pictures, player },
        playerView,
        { chooseLayout: (layout) => feeds.chooseLayout(layout) },
      ),
    );
    this.element.append(
      this.own(new StageBar({ room, player, publishers }, this.#guest)).element,
    );
    this.#stopWaiting = publishers.camera.subscribe(() => {
      if (publishers.camera.state === "live") void this.#showHealth(publishers.camera);
    });
    this.whenDestroyed(() => this.#stopWaiting());
  }

  /**
   * Once somebody sends from here they see how it arrives.
   * @param {Publisher} camera
   */
  async #showHealth(camera) {
    this.#stopWaiting();
    const { OwnHealth } = await load(() => import("./own-health.js"), { isQuiet: true });
    if (!this.element.isConnected) return;
    const health = new OwnHealth(this.#app.rest, this.#room.streamId, camera);
    this.element.append(this.own(health).element);
  }

  /** @returns {MenuItem[]} what the menu of the room offers of it */
  menuItems() {
    const { stream, isOwner } = this.#room;
    const mayAsk = this.#app.session.user && !isOwner && stream?.status === "live";
    if (!mayAsk || this.#guest.status !== null) return [];
    return [{ label: say("ask"), run: () => void this.#guest.ask() }];
  }
}
