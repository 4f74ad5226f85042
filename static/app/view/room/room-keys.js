// @ts-check
// The single keys of a room.

/** @import { Player } from "../../model/player.js" */
/** @import { RoomLayout } from "../../model/room-layout.js" */
/** @import { Shortcuts } from "../../model/shortcuts.js" */
/** @import { PlayerView } from "./player.js" */

import { say } from "../../words/arrangement.js";


const VOLUME_STEP = 0.1;

/**
 * @param {Shortcuts} shortcuts
 * @param {{ player: Player, stage: PlayerView, layout: RoomLayout, go: (panel: "chat" | "questions" | "poll" | "code") => void }} place
 * @returns {() => void} take them away
 */
export function addRoomKeys(shortcuts, { player, stage, layout, go }) {
  const turn = (/** @type {number} */ step) => {
    const volume = Math.round(Math.min(1, Math.max(0, player.volume + step)) * 10) / 10;
    player.setSound(volume === 0, volume);
  };
  const hideSide = () => {
    const isHidden = layout.isHidden("chat") && layout.isHidden("poll");
    const others = layout.chosen.hidden.filter((panel) => panel === "code");
    layout.choose({ hidden: isHidden ? others : [...others, "chat", "poll"] });
  };
  const main = () =>
    layout.choose({ main: layout.chosen.main === "code" ? "picture" : "code" });
  return shortcuts.add({
    title: say("keysTitle"),
    shortcuts: [
      { key: "m", label: say("keyMute"), run: () => player.setSound(!player.isMuted) },
      { key: "+", label: say("keyLouder"), run: () => turn(VOLUME_STEP) },
      { key: "-", label: say("keyQuieter"), run: () => turn(-VOLUME_STEP) },
      { key: "f", label: say("keyFullscreen"), run: () => stage.toggleFullscreen() },
      { key: "t", label: say("keyTheatre"), run: () => layout.setTheatre(!layout.isTheatre) },
      { key: "i", label: say("keyPictureInPicture"), run: () => stage.togglePictureInPicture() },
      { key: "n", label: say("keyNumbers"), run: () => stage.toggleNumbers() },
      { key: "c", label: say("keyChat"), run: () => go("chat") },
      { key: "q", label: say("keyAsk"), run: () => go("questions") },
      { key: "p", label: say("keyPoll"), run: () => go("poll") },
      { key: "e", label: say("keyCode"), run: () => go("code") },
      { key: "l", label: say("keyLayout"), run: main },
      { key: "b", label: say("keySide"), run: hideSide },
    ],
  });
}
