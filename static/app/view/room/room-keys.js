// @ts-check
// The single keys of a room.

/** @import { Player } from "../../model/player.js" */
/** @import { RoomLayout } from "../../model/room-layout.js" */
/** @import { Shortcuts } from "../../model/shortcuts.js" */
/** @import { PlayerView } from "./player.js" */

const TEXT = {
  title: "In a room",
  mute: "Sound on or off",
  louder: "Louder",
  quieter: "Quieter",
  fullscreen: "Full screen",
  theatre: "Theatre: the picture without the page around it",
  pictureInPicture: "Picture in picture",
  numbers: "Statistics of the picture",
  chat: "Write in the chat",
  ask: "Ask a question",
  poll: "To the poll",
  code: "To the code",
  layout: "More room for the code, or for the picture",
  side: "Hide what stands beside the picture, or show it",
};
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
    title: TEXT.title,
    shortcuts: [
      { key: "m", label: TEXT.mute, run: () => player.setSound(!player.isMuted) },
      { key: "+", label: TEXT.louder, run: () => turn(VOLUME_STEP) },
      { key: "-", label: TEXT.quieter, run: () => turn(-VOLUME_STEP) },
      { key: "f", label: TEXT.fullscreen, run: () => stage.toggleFullscreen() },
      { key: "t", label: TEXT.theatre, run: () => layout.setTheatre(!layout.isTheatre) },
      { key: "i", label: TEXT.pictureInPicture, run: () => stage.togglePictureInPicture() },
      { key: "n", label: TEXT.numbers, run: () => stage.toggleNumbers() },
      { key: "c", label: TEXT.chat, run: () => go("chat") },
      { key: "q", label: TEXT.ask, run: () => go("questions") },
      { key: "p", label: TEXT.poll, run: () => go("poll") },
      { key: "e", label: TEXT.code, run: () => go("code") },
      { key: "l", label: TEXT.layout, run: main },
      { key: "b", label: TEXT.side, run: hideSide },
    ],
  });
}
