// @ts-check
// The studio on air: what is sent and what arrives, the numbers, and the room's own panels.

/** @import { RoomLink } from "../../link/room-link.js" */
/** @import { Choices, Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { StreamHealth } from "../../types" */
/** @import { App } from "../room/code.js" */

import { HealthLink } from "../../link/health-link.js";
import { PlayerLink } from "../../link/player-link.js";
import { Loaded } from "../../model/loaded.js";
import { Player } from "../../model/player.js";
import { say } from "../../words/studio.js";
import { button, link } from "../kit/controls.js";
import { ask } from "../kit/dialog.js";
import { h, setText } from "../kit/dom.js";
import { View } from "../kit/view.js";
import { SIDE, pollActions } from "../pages/room.js";
import { ChatView } from "../room/chat.js";
import { CodeView } from "../room/code.js";
import { ConnectionBanner } from "../room/head.js";
import { PlayerView } from "../room/player.js";
import { PollView } from "../room/poll.js";
import { QuestionsView } from "../room/questions.js";
import { SideSwitch } from "../room/side-switch.js";
import { PanelTabs } from "../room/tabs.js";
import { EncoderView } from "./encoder.js";
import { HealthView } from "./health.js";
import { NumbersView } from "./numbers.js";
import { PreviewView, PublisherStateView } from "./preview.js";
import { SourcesView } from "./sources.js";

/**
 * @typedef {object} OnAirActions
 * @property {() => void} preview
 * @property {(choices: Partial<Choices>) => void} choose
 * @property {() => Promise<void>} captureAgain
 * @property {() => Promise<void>} rotateKey
 * @property {() => Promise<void>} end
 */

export class OnAirView extends View {
  #rest;
  #publisher;
  #preview;
  #sources;
  #again;

  /**
   * @param {App} app
   * @param {{ publisher: Publisher, room: Room, roomLink: RoomLink }} place
   * @param {OnAirActions} actions
   */
  constructor(app, { publisher, room, roomLink }, actions) {
    super(h("div", { class: "room studio", "data-layout": "picture" }));
    const { session, rest } = app;
    this.#rest = rest;
    this.#publisher = publisher;
    this.#preview = this.own(
      new PreviewView(publisher, { preview: () => void actions.captureAgain() }),
    );
    this.#sources = this.own(new SourcesView(publisher, actions, { withEncoder: false }));
    this.#again = button(say("goOn"), {
      kind: "live",
      "data-testid": "capture-again",
      onclick: () => void actions.captureAgain(),
    });
    const chat = this.own(new ChatView({ room, session }, roomLink.chat, roomLink.house));
    const poll = this.own(new PollView({ room, session }, pollActions(roomLink)));
    const questions = this.own(new QuestionsView({ room, session }, roomLink.questions));
    const code = this.own(new CodeView(app, { room, roomLink }));
    const encoder = this.own(new EncoderView(publisher, actions));
    const details = h(
      "div",
      { class: "studio-details" },
      h(
        "details",
        { class: "fold" },
        h("summary", {}, say("sourceAndPicture")),
        h("div", { class: "fold-body" }, this.#sources.element),
      ),
      encoder.element,
    );
    const tabs = this.own(
      new PanelTabs([
        { id: "chat", label: say("chat"), panel: chat.element },
        { id: "code", label: say("code"), panel: code.element },
        { id: "poll", label: say("poll"), panel: poll.element },
        { id: "questions", label: say("questions"), panel: questions.element },
      ]),
    );
    const side = h("div", { class: "room-side" });
    const beside = this.own(new SideSwitch(side, SIDE));
    side.append(poll.element, beside.element, chat.element, questions.element);
    this.watch([room.questions], () => beside.count("questions", room.questions.open.length));
    this.element.append(
      this.own(new ConnectionBanner(room)).element,
      this.#bar(room, actions),
      this.#stage(room, publisher),
      details,
      tabs.element,
      side,
      code.element,
    );
    this.watch([publisher], () => this.#render());
  }

  #render() {
    const { state, choices } = this.#publisher;
    this.#again.hidden = state !== "interrupted";
    this.#preview.element.hidden = choices.source === "encoder";
    this.element.dataset.publisher = state;
  }

  /**
   * @param {Room} room
   * @param {OnAirActions} actions
   */
  #bar(room, actions) {
    const title = h("h1", { class: "room-title" });
    const isPublishing = () => room.stream?.publishing ?? false;
    const state = this.own(new PublisherStateView(this.#publisher, isPublishing, [room]));
    const end = button(say("endStream"), {
      kind: "danger",
      "data-testid": "end-stream",
      onclick: () => void confirmEnd(actions.end),
    });
    this.watch([room], () => setText(title, room.stream?.title ?? ""));
    return h(
      "header",
      { class: "studio-bar" },
      h("div", { class: "studio-bar-lines" }, title, state.element),
      this.#again,
      link(
        `/streams/${room.streamId}`,
        { class: "button quiet", target: "_blank", "data-testid": "open-room" },
        say("openTheRoom"),
      ),
      end,
    );
  }

  /** @param {Room} room */
  #health(room) {
    /** @type {Loaded<StreamHealth>} */
    const health = new Loaded();
    const healthLink = this.own(new HealthLink(this.#rest, health, room.streamId));
    this.watch([room], () => healthLink.follow(room.stream?.publishing ?? false));
    return this.own(new HealthView(health)).element;
  }

  /**
   * @param {Room} room
   * @param {Publisher} publisher
   */
  #stage(room, publisher) {
    const player = new Player();
    const playerLink = this.own(new PlayerLink(player, `/whep/${room.streamId}`));
    const monitor = this.own(new PlayerView(player, room, { offersSound: false }));
    this.watch([room], () => {
      if (!room.stream || room.stream.status === "ended") return;
      playerLink.streamChanged(room.stream.status, room.stream.publishing);
      playerLink.start();
    });
    this.whenDestroyed(room.rejoined.listen(() => void playerLink.verify()));
    return h(
      "div",
      { class: "studio-stage" },
      h(
        "div",
        { class: "studio-pictures" },
        this.#preview.element,
        h(
          "figure",
          { class: "monitor" },
          monitor.element,
          h("figcaption", { class: "soft small" }, say("whatViewersSee")),
        ),
      ),
      h(
        "div",
        { class: "studio-health" },
        this.own(new NumbersView(publisher, room)).element,
        this.#health(room),
      ),
    );
  }
}

/** @param {() => Promise<void>} end */
async function confirmEnd(end) {
  const isSure = await ask({
    title: say("endThisStream"),
    text: say("everybodyInTheRoomIs"),
    action: say("endStream"),
  });
  if (isSure) await end();
}
