// @ts-check
// The studio on air: what is sent and what arrives, the numbers, and the room's own panels.

/** @import { RoomLink } from "../../link/room-link.js" */
/** @import { Choices, Publisher } from "../../model/publisher.js" */
/** @import { Room } from "../../model/room.js" */
/** @import { StreamHealth } from "../../types" */
/** @import { App } from "../room/code.js" */
/** @import { SecondPictureActions } from "./second-picture.js" */

import { FeedsLink } from "../../link/feeds-link.js";
import { HealthLink } from "../../link/health-link.js";
import { PlayerLink } from "../../link/player-link.js";
import { Loaded } from "../../model/loaded.js";
import { Pictures } from "../../model/pictures.js";
import { Player } from "../../model/player.js";
import { say } from "../../words/studio.js";
import { button, link } from "../kit/controls.js";
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
import { StageView } from "../room/stage.js";
import { PanelTabs } from "../room/tabs.js";
import { EncoderView } from "./encoder.js";
import { HealthView } from "./health.js";
import { NumbersView } from "./numbers.js";
import { PreviewView, PublisherStateView } from "./preview.js";
import { SecondPictureView } from "./second-picture.js";
import { SourcesView } from "./sources.js";
import { StagePeopleView } from "./stage-people.js";

/**
 * @typedef {object} OnAirActions
 * @property {() => void} preview
 * @property {(choices: Partial<Choices>) => void} choose
 * @property {() => Promise<void>} captureAgain
 * @property {() => Promise<void>} rotateKey
 * @property {() => Promise<void>} end
 * @property {SecondPictureActions} second
 */

export class OnAirView extends View {
  #app;
  #publisher;
  #preview;
  #sources;
  #again;

  /**
   * @param {App} app
   * @param {{ publisher: Publisher, second: Publisher, room: Room, roomLink: RoomLink }} place
   * @param {OnAirActions} actions
   */
  constructor(app, { publisher, second, room, roomLink }, actions) {
    super(h("div", { class: "room studio", "data-layout": "picture" }));
    const { session } = app;
    this.#app = app;
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
      this.own(new StagePeopleView(app, room, roomLink.stage)).element,
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
      this.#stage(room, { publisher, second }, actions.second),
      details,
      tabs.element,
      side,
      code.element,
    );
    this.watch([publisher], () => this.#render());
    this.whenDestroyed(() => void app.undo.finish(this));
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
    const place = `streams/${room.streamId}`;
    const end = button(say("endStream"), {
      kind: "danger",
      "data-testid": "end-stream",
      onclick: () => this.#end(place, actions.end),
    });
    this.watch([this.#app.undo], () => {
      const isEnding = this.#app.undo.canUndo(place);
      setText(end.lastElementChild ?? end, isEnding ? say("ending") : say("endStream"));
      // The focus stays where it is, which it would not on a disabled button.
      end.setAttribute("aria-disabled", String(isEnding));
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

  /**
   * Viewers go on watching until there is no way back: nobody is told of an end that may not come.
   * @param {string} place
   * @param {() => Promise<void>} end
   */
  #end(place, end) {
    const { undo } = this.#app;
    if (undo.canUndo(place)) return;
    undo.offer({ text: say("yourStreamIsEnding"), now: say("endNow"), hides: place, owner: this, send: end });
  }

  /** @param {Room} room */
  #health(room) {
    /** @type {Loaded<StreamHealth>} */
    const health = new Loaded();
    const healthLink = this.own(new HealthLink(this.#app.rest, health, room.streamId));
    this.watch([room], () => healthLink.follow(room.stream?.publishing ?? false));
    return this.own(new HealthView(health)).element;
  }

  /**
   * @param {Room} room
   * @param {{ publisher: Publisher, second: Publisher }} publishers
   * @param {SecondPictureActions} actions
   */
  #stage(room, { publisher, second }, actions) {
    const beside = this.own(new SecondPictureView({ first: publisher, second }, actions));
    return h(
      "div",
      { class: "studio-stage" },
      h(
        "div",
        { class: "studio-pictures" },
        this.#preview.element,
        beside.element,
        h(
          "figure",
          { class: "monitor" },
          this.#monitor(room),
          h("figcaption", { class: "soft small" }, say("whatViewersSee")),
        ),
      ),
      beside.actions,
      h(
        "div",
        { class: "studio-health" },
        this.own(new NumbersView(publisher, room)).element,
        this.#health(room),
      ),
    );
  }

  /** @param {Room} room */
  #monitor(room) {
    const player = new Player();
    const pictures = new Pictures();
    const { session } = this.#app;
    const playerLink = this.own(new PlayerLink(player, `/whep/${room.streamId}`));
    const view = this.own(new PlayerView(player, room, { offersSound: false }));
    const feeds = this.own(new FeedsLink({ room, pictures, session }, playerLink));
    this.own(
      new StageView(
        { pictures, player },
        view,
        { chooseLayout: (layout) => feeds.chooseLayout(layout) },
      ),
    );
    this.watch([pictures], () => {
      // The streamer hears their guests, and never themselves.
      const hasGuest = pictures.items.some(({ isOwn }) => !isOwn);
      if (hasGuest && !player.hasChosenSound) player.setSound(false);
    });
    return view.element;
  }
}
