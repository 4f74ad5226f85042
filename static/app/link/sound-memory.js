// @ts-check
// How loud somebody likes a player, kept on this computer. Whether the sound is on is not kept: a
// browser lets no page begin with sound, so it is offered each time.

/** @import { Player } from "../model/player.js" */

const KEY = "vibecast-volume";

/**
 * @param {Player} player
 * @param {Storage} storage
 * @returns {() => void} stop remembering
 */
export function rememberVolume(player, storage) {
  const kept = Number(read(storage));
  if (kept > 0 && kept <= 1) player.volume = kept;
  return player.subscribe(() => {
    if (!player.hasChosenSound || player.volume === 0) return;
    try {
      storage.setItem(KEY, String(player.volume));
    } catch (error) {
      // It holds for this page then.
      if (!(error instanceof DOMException)) throw error;
    }
  });
}

/** @param {Storage} storage */
function read(storage) {
  try {
    return storage.getItem(KEY);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}
