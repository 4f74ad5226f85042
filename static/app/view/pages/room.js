// @ts-check
// The room: the picture, the chat, the poll and the code of one stream.

/** @import { App } from "../../app" */
/** @import { NewPoll } from "../room/poll-form.js" */

import { PlayerLink } from "../../link/player-link.js";
import { RoomLink } from "../../link/room-link.js";
import { rememberVolume } from "../../link/sound-memory.js";
import { Player } from "../../model/player.js";
import { RoomLayout } from "../../model/room-layout.js";
import { Room } from "../../model/room.js";
import { say } from "../../words/room.js";
import { say as sayOfSite } from "../../words/site.js";
import { say as sayOfSummary } from "../../words/summary.js";
import { button, emptyState, spinner } from "../kit/controls.js";
import { share } from "../kit/clipboard.js";
import { fill, h } from "../kit/dom.js";
import { actionMenu } from "../kit/menu.js";
import { openShortcuts } from "../kit/shortcuts.js";
import { View } from "../kit/view.js";
import { openReport, othersItems } from "../moderation/report.js";
import { Arrangement, openArrangement } from "../room/arrangement.js";
import { ChatView } from "../room/chat.js";
import { CodeView } from "../room/code.js";
import { ConnectionBanner, RoomHead } from "../room/head.js";
import { openPeopleHere } from "../room/people-here.js";
import { PlayerView } from "../room/player.js";
import { PollView } from "../room/poll.js";
import { QuestionOnScreen, QuestionsView } from "../room/questions.js";
import { addRoomKeys } from "../room/room-keys.js";
import { RoomStage } from "../room/room-stage.js";
import { SideSwitch } from "../room/side-switch.js";
import { PanelTabs } from "../room/tabs.js";
import { MissingPage } from "./missing.js";

export const SIDE = [
  { id: "chat", label: say("chat") },
  { id: "questions", label: say("questions") },
];

/**
 * @param {App} app
 * @param {string} streamId
 */
export function openRoom(app, streamId) {
  return new RoomPage(app, new Room(streamId));
}

export class RoomPage extends View {
  title = say("room");
  #app;
  #room;
  #link;
  /** @type {"loading" | "ready" | "missing" | "failed" | null} */
  #shown = null;

  /**
   * @param {App} app
   * @param {Room} room
   */
  constructor(app, room) {
    super(h("div", { class: "room-page" }));
    this.#app = app;
    this.#room = room;
    this.#link = this.own(new RoomLink(app, room));
    this.watch([room], () => this.#render());
    void this.#link.open();
  }

  #render() {
    const { state, stream, problem } = this.#room;
    if (stream) document.title = `${stream.title} · ${stream.user.username} · Vibecast`;
    if (state === this.#shown) return;
    this.#shown = state;
    if (state === "loading") return fill(this.element, spinner(say("openingTheRoom")));
    if (state === "missing")
      return fill(this.element, new MissingPage(say("thereIsNoSuchStream")).element);
    if (state === "failed") return fill(this.element, this.#failure(problem));
    const workspace = this.own(new RoomWorkspace(this.#app, this.#room, this.#link));
    fill(this.element, workspace.element);
  }

  /** @param {string} problem */
  #failure(problem) {
    const again = button(say("tryAgain"), { icon: "rotate", onclick: () => void this.#link.open() });
    return emptyState({
      title: say("theRoomCouldNotBe"),
      text: problem,
      icon: "alert",
      action: again,
    });
  }
}

class RoomWorkspace extends View {
  /**
   * @param {App} app
   * @param {Room} room
   * @param {RoomLink} roomLink
   */
  constructor(app, room, roomLink) {
    super(h("div", { class: "room" }));
    const { session } = app;
    const layout = new RoomLayout(localStorage);
    const player = new Player();
    this.whenDestroyed(rememberVolume(player, localStorage));
    const playerLink = this.own(new PlayerLink(player, `/whep/${room.streamId}`));
    const stage = this.own(
      new PlayerView(player, room, {
        quality: qualityActions(playerLink),
        toggleTheatre: () => layout.setTheatre(!layout.isTheatre),
      }),
    );
    const feeds = this.own(
      new RoomStage(app, { room, player }, { roomLink, playerLink }, stage),
    );
    const head = this.own(
      new RoomHead(room, {
        toggleLayout: () =>
          layout.choose({ main: layout.chosen.main === "code" ? "picture" : "code" }),
        arrange: () => openArrangement(layout),
        showPeople: () => openPeopleHere(app.rest, room.streamId),
        menu: roomMenu(app, room, feeds),
      }),
    );
    head.element.append(feeds.element);
    const chat = this.own(
      new ChatView({ room, session }, roomLink.chat, roomLink.house, { report: messageReport(app) }),
    );
    const poll = this.own(new PollView({ room, session }, pollActions(roomLink)));
    const questions = this.own(new QuestionsView({ room, session }, roomLink.questions));
    const code = this.own(new CodeView(app, { room, roomLink }));
    const banner = this.own(new ConnectionBanner(room));
    const tabs = this.own(
      new PanelTabs([
        { id: "chat", label: say("chat"), panel: chat.element },
        { id: "code", label: say("code"), panel: code.element },
        { id: "poll", label: say("poll"), panel: poll.element },
        { id: "questions", label: say("questions"), panel: questions.element },
      ]),
    );
    const side = h("div", { class: "room-side" });
    const besideSwitch = this.own(new SideSwitch(side, SIDE));
    side.append(poll.element, besideSwitch.element, chat.element, questions.element);
    stage.element.append(this.own(new QuestionOnScreen(room)).element);
    this.watch([room.questions], () =>
      besideSwitch.count("questions", room.questions.open.length),
    );
    this.element.append(
      banner.element,
      stage.element,
      head.element,
      tabs.element,
      side,
      code.element,
    );
    this.own(new Arrangement(this.element, { stage: stage.element, side }, layout));
    const go = (/** @type {"chat" | "questions" | "poll" | "code"} */ panel) => {
      const beside = panel === "questions" ? "chat" : panel;
      if (layout.isHidden(beside)) layout.show(beside, true);
      if (layout.isTheatre && panel === "code") layout.setTheatre(false);
      tabs.show(panel);
      if (panel === "chat" || panel === "questions") besideSwitch.show(panel);
      // The layout is rendered first: what is hidden takes no focus.
      queueMicrotask(() => focusIn({ chat, questions, poll, code }[panel].element));
    };
    this.whenDestroyed(addRoomKeys(app.shortcuts, { player, stage, layout, go }));
    this.watch([room], () => {
      this.element.dataset.code = room.codeSessions.length > 0 ? "some" : "none";
    });
    this.watch([room.poll, layout], () => {
      tabs.mark("poll", room.poll.isWaiting);
      head.mark(room.poll.isWaiting && layout.isHidden("poll"));
    });
  }
}

/**
 * To what a panel is for: its field, or else the first thing in it.
 * @param {HTMLElement} panel
 */
function focusIn(panel) {
  const fields = ["textarea:not(:disabled)", "input:not(:disabled)", ".cm-content"];
  const wanted = [...fields, "button:not(:disabled), a[href]"];
  for (const selector of wanted) {
    const seen = [...panel.querySelectorAll(selector)].find(
      (each) => each instanceof HTMLElement && each.offsetParent !== null,
    );
    if (seen instanceof HTMLElement) return seen.focus();
  }
}

/** @param {App} app */
function messageReport(app) {
  return (/** @type {import("../../types").Message} */ { id, user }) =>
    openReport(app, {
      type: "chat_message",
      id,
      name: say("whatSomebodyWrote", { name: user?.username ?? say("they") }),
    });
}

/**
 * @param {App} app
 * @param {Room} room
 * @param {RoomStage} stage
 */
function roomMenu(app, room, stage) {
  return actionMenu(say("moreAboutThisStream"), () => [
    ...stage.menuItems(),
    { label: sayOfSite("shortcuts"), run: () => openShortcuts(app.shortcuts) },
    { label: say("copyLink"), run: () => void share(`/streams/${room.streamId}`, app.toasts) },
    ...(room.isOwner
      ? [{ label: sayOfSummary("open"), run: () => app.go(`/streams/${room.streamId}/summary`) }]
      : othersItems(app, { type: "stream", id: room.streamId, name: "this stream" })),
  ]);
}

/** @param {PlayerLink} link */
function qualityActions(link) {
  return {
    open: () => void link.refreshLayers(),
    choose: (/** @type {number | null} */ height) => void link.chooseHeight(height),
  };
}

/** @param {RoomLink} link */
export function pollActions(link) {
  return {
    vote: (/** @type {string} */ optionId) => void link.vote(optionId),
    closePoll: () => void link.closePoll(),
    openPoll: (/** @type {NewPoll} */ poll) => link.openPoll(poll),
    pastPolls: (/** @type {string | null} */ before) => link.pastPolls(before),
  };
}
