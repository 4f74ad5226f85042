// @ts-check
// The studio: preparing, on air, ended; one view for each, one publisher behind them.

/** @import { App } from "../room/code.js" */

import { OwnStreamsLink } from "../../link/own-streams-link.js";
import { PublisherLink } from "../../link/publisher-link.js";
import { SnapshotLink } from "../../link/snapshot-link.js";
import { RoomLink } from "../../link/room-link.js";
import { SecondPictureLink } from "../../link/second-picture-link.js";
import { load } from "../../loading.js";
import { OwnStreams } from "../../model/own-streams.js";
import { Publisher } from "../../model/publisher.js";
import { Room } from "../../model/room.js";
import { say } from "../../words/studio.js";
import { fill, h } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { EndedView } from "../studio/ended.js";
import { SetupView } from "../studio/setup.js";

/** @param {App} app */
export function openStudio(app) {
  return new StudioPage(app);
}

class StudioPage extends View {
  title = say("studio");
  #app;
  #publisher = new Publisher();
  #second = new Publisher();
  #own = new OwnStreams();
  #link;
  #secondLink;
  #ownLink;
  /** @type {{ name: string, view: View } | null} */
  #shown = null;
  /** @type {{ room: Room, link: RoomLink } | null} */
  #place = null;
  /** @type {typeof import("../studio/on-air.js").OnAirView | null} */
  #OnAirView = null;
  #isDestroyed = false;

  /** @param {App} app */
  constructor(app) {
    super(h("div", { class: "room-page" }));
    this.#app = app;
    this.#link = this.own(new PublisherLink(app, this.#publisher));
    this.own(new SnapshotLink(app.rest, this.#publisher));
    const publishers = { first: this.#publisher, second: this.#second };
    this.#secondLink = this.own(new SecondPictureLink(publishers, this.#link));
    this.#ownLink = new OwnStreamsLink(app, this.#own);
    this.whenDestroyed(() => this.#leaveRoom());
    this.whenDestroyed(() => this.#shown?.view.destroy());
    // The server learns at once that the picture has gone, and the viewers what to wait for.
    const left = () => {
      this.#link.hangUp();
      this.#secondLink.hangUp();
    };
    window.addEventListener("pagehide", left);
    this.whenDestroyed(() => window.removeEventListener("pagehide", left));
    this.watch([this.#publisher], () => this.#render());
    this.whenDestroyed(() => {
      this.#isDestroyed = true;
    });
    void this.#link.open();
    void this.#ownLink.refresh();
    void this.#fetchOnAir();
  }

  /** The room's panels come while somebody still looks at the camera. */
  async #fetchOnAir() {
    const { OnAirView } = await load(() => import("../studio/on-air.js"), { isQuiet: true });
    this.#OnAirView = OnAirView;
    if (!this.#isDestroyed) this.#render();
  }

  #render() {
    const { state, streamId } = this.#publisher;
    if (streamId && this.#place?.room.streamId !== streamId) this.#enterRoom(streamId);
    const name = state === "ended" ? "ended" : this.#place ? "on-air" : "setup";
    if (name === this.#shown?.name || (name === "on-air" && !this.#OnAirView)) return;
    this.#shown?.view.destroy();
    const view = this.#create(name);
    this.#shown = { name, view };
    fill(this.element, view.element);
  }

  /** @param {string} name */
  #create(name) {
    const link = this.#link;
    const publisher = this.#publisher;
    if (name === "setup" || !this.#place || !this.#OnAirView) {
      const username = this.#app.session.user?.username ?? "";
      return new SetupView(
        { publisher, own: this.#own, username },
        {
          preview: () => void link.preview(),
          choose: (choices) => void link.choose(choices),
          goLive: (about) => link.goLive(about),
          takeOver: (id) => link.takeOver(id),
          announce: (about) => this.#ownLink.announce(about),
          endOther: (stream) => this.#ownLink.end(stream),
        },
      );
    }
    const { room, link: roomLink } = this.#place;
    if (name === "ended") return new EndedView(this.#app.rest, { room, publisher }, { again: () => this.#again() });
    return new this.#OnAirView(
      this.#app,
      { publisher, second: this.#second, room, roomLink },
      {
        preview: () => void link.preview(),
        choose: (choices) => void link.choose(choices),
        captureAgain: () => link.captureAgain(),
        rotateKey: () => link.rotateKey(),
        end: () => link.end(),
        second: {
          add: () => this.#secondLink.start(),
          stop: () => this.#secondLink.stop(),
          stopFirst: () => link.stopPicture(),
        },
      },
    );
  }

  /** @param {string} streamId */
  #enterRoom(streamId) {
    this.#leaveRoom();
    const room = new Room(streamId);
    const link = new RoomLink(this.#app, room);
    this.#place = { room, link };
    room.subscribe(() => {
      // Ended from another device, or by the server after too long without a picture.
      if (room.stream?.status === "ended" && this.#publisher.isOnAir)
        this.#link.streamEnded(room.stream);
    });
    room.rejoined.listen(() => {
      void this.#link.verify();
      void this.#secondLink.verify();
    });
    void link.open();
  }

  #leaveRoom() {
    this.#place?.link.destroy();
    this.#place = null;
  }

  #again() {
    this.#leaveRoom();
    this.#link.reset();
    void this.#ownLink.refresh();
  }
}
