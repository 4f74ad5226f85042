// @ts-check
// What one person watches of a stage: the main feed in the room's own player, a WHEP session for every
// other one, opened and closed as the stage says; and the layout they chose.

/** @import { Player } from "../model/player.js" */
/** @import { Layout, Picture, Pictures } from "../model/pictures.js" */
/** @import { Publisher } from "../model/publisher.js" */
/** @import { Room } from "../model/room.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Feed, FeedKind } from "../types-stage" */

import { LAYOUTS } from "../model/pictures.js";
import { Player as PlayerModel } from "../model/player.js";
import { PlayerLink } from "./player-link.js";

/**
 * A feed whose publisher is away keeps its place for so long: a camera comes back from a reload within seconds; a
 * screen does not come back by itself, only from another choice of what is shared.
 */
const KEPT_FOR_MS = { camera: 10_000, screen: 3_000 };
/** A camera that is not the large picture is asked for in no more lines than it is shown in. */
const SMALL_HEIGHT = 360;
const LAYOUT_KEY = "stage-layout";

export class FeedsLink {
  #room;
  #pictures;
  #session;
  #own;
  #mainLink;
  /** What the room's player shows as far as is known. @type {string | null} */
  #mainId = null;
  /** @type {Map<string, { player: Player, link: PlayerLink }>} */
  #open = new Map();
  /** Feeds that came and stopped, until they are given up. @type {Map<string, ReturnType<typeof setTimeout>>} */
  #missing = new Map();
  /** @type {Set<string>} */
  #seen = new Set();
  #undo;

  /**
   * @param {{ room: Room, pictures: Pictures, session: Session }} models
   * @param {PlayerLink} mainLink of the room's own player, which has begun before anybody knew of a stage
   * @param {Partial<Record<FeedKind, Publisher>>} [own] what this page itself may send
   */
  constructor({ room, pictures, session }, mainLink, own = {}) {
    this.#room = room;
    this.#mainLink = mainLink;
    this.#pictures = pictures;
    this.#session = session;
    this.#own = own;
    pictures.setLayout(rememberedLayout());
    const look = () => this.#look();
    this.#undo = [
      pictures.subscribe(() => this.#wishHeights()),
      room.subscribe(look),
      room.stage.subscribe(look),
      ...Object.values(own).map((publisher) => publisher.subscribe(look)),
      room.rejoined.listen(() => this.#verify()),
    ];
    this.#look();
  }

  destroy() {
    for (const undo of this.#undo) undo();
    for (const timer of this.#missing.values()) clearTimeout(timer);
    this.#missing.clear();
    for (const id of [...this.#open.keys()]) this.#close(id);
  }

  /** @param {Layout} layout */
  chooseLayout(layout) {
    localStorage.setItem(LAYOUT_KEY, layout);
    this.#pictures.setLayout(layout);
  }

  #look() {
    const { stage, stream } = this.#room;
    this.#lead();
    const isOver = stream?.status === "ended";
    const feeds = isOver ? [] : stage.feeds.filter((feed) => this.#isShown(feed));
    const items = feeds.map((feed) => this.#pictureOf(feed));
    const played = new Set(items.filter(({ player }) => player).map(({ feed }) => feed.id));
    for (const id of [...this.#open.keys()]) if (!played.has(id)) this.#close(id);
    this.#pictures.show(items, (id) => stage.begunAt(id));
  }

  /** Keep the room's player at the main feed, and tell it whether something comes from there. */
  #lead() {
    const { stage, stream } = this.#room;
    if (!stream) return;
    const { main, mainId, mainQuery } = stage;
    const query = mainQuery === null ? "" : `?feed=${mainQuery}`;
    const atOnce = this.#mainId !== null && mainId !== null && mainId !== this.#mainId;
    this.#mainId = mainId ?? this.#mainId;
    this.#mainLink.playFrom(`/whep/${this.#room.streamId}${query}`, { atOnce });
    // A stream of one picture is told of sooner than its stage.
    const isPublishing = main && stage.feeds.length > 1 ? main.publishing : stream.publishing;
    this.#mainLink.streamChanged(stream.status, isPublishing);
    if (stream.status !== "ended") this.#mainLink.start();
  }

  /**
   * What is sent now, and for a while what was; the main feed always, unless others have its place.
   * @param {Feed} feed
   */
  #isShown({ id, publishing, stopped, user, kind }) {
    if (publishing) {
      this.#seen.add(id);
      clearTimeout(this.#missing.get(id));
      this.#missing.delete(id);
      return true;
    }
    const { stage } = this.#room;
    if (id === stage.mainId) return true;
    if (stopped) this.#giveUp(id);
    const isGuest = user.id === stage.ownerId || stage.statusOf(user.id) === "accepted";
    if (!this.#seen.has(id) || !isGuest) return false;
    if (!this.#missing.has(id)) {
      const givenUp = () => {
        this.#giveUp(id);
        this.#look();
      };
      this.#missing.set(id, setTimeout(givenUp, KEPT_FOR_MS[kind]));
    }
    return true;
  }

  /** @param {string} id */
  #giveUp(id) {
    this.#seen.delete(id);
    clearTimeout(this.#missing.get(id));
    this.#missing.delete(id);
  }

  /**
   * @param {Feed} feed
   * @returns {Picture}
   */
  #pictureOf(feed) {
    const isMain = feed.id === this.#room.stage.mainId;
    const isOwn = feed.user.id === this.#session.user?.id;
    const sent = isOwn ? this.#own[feed.kind] : undefined;
    const publisher = sent?.media && sent.isOnAir ? sent : null;
    const player = isMain || publisher ? null : this.#playerOf(feed);
    return { feed, isMain, isOwn, player, publisher };
  }

  /** @param {Feed} feed */
  #playerOf({ id, publishing }) {
    let opened = this.#open.get(id);
    if (!opened) {
      const player = new PlayerModel();
      const url = `/whep/${this.#room.streamId}?feed=${id}`;
      opened = { player, link: new PlayerLink(player, url) };
      this.#open.set(id, opened);
    }
    opened.link.streamChanged("live", publishing);
    opened.link.start();
    return opened.player;
  }

  /** Text on a screen is to be read in any size. */
  #wishHeights() {
    const { items, layout, large } = this.#pictures;
    for (const picture of items) {
      const opened = this.#open.get(picture.feed.id);
      const isSmall = picture.feed.kind === "camera" && (layout === "grid" || picture !== large);
      const height = isSmall ? SMALL_HEIGHT : null;
      if (opened && opened.player.wishedHeight !== height) void opened.link.chooseHeight(height);
    }
  }

  /** @param {string} id */
  #close(id) {
    this.#open.get(id)?.link.destroy();
    this.#open.delete(id);
  }

  #verify() {
    void this.#mainLink.verify();
    for (const { link } of this.#open.values()) void link.verify();
  }
}

/** @returns {Layout} */
function rememberedLayout() {
  const layout = localStorage.getItem(LAYOUT_KEY);
  return LAYOUTS.find((each) => each === layout) ?? "focus";
}
