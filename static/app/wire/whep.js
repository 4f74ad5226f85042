// @ts-check
// WHEP, the receiving side: one peer that plays a stream into a MediaStream.

/** @import { PlayerNumbers } from "./statistics.js" */

import { restartIce } from "./ice-restart.js";
import { chooseLayer, readLayers } from "./layers.js";
import { Lifeline } from "./lifeline.js";
import { deleteSession, exchangeOffer, fateOf, waitConnected } from "./peer.js";
import { PlaybackReport } from "./playback.js";
import { PlayerStatistics } from "./statistics.js";

export class WhepSession {
  #peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  #statistics = new PlayerStatistics();
  #playback = new PlaybackReport();
  #url;
  /** @type {string | null} */
  #sessionUrl = null;
  /** @type {Lifeline | null} */
  #lifeline = null;
  media = new MediaStream();

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /**
   * Play and resolve once connected. Later `interrupted` tells of a line that is lost for now or there
   * again, and `lost` that the session is over.
   * @param {{ interrupted: (isInterrupted: boolean) => void, lost: (isClosedByServer: boolean) => void }} news
   */
  async play({ interrupted, lost }) {
    this.#peer.addEventListener("track", ({ track }) => this.media.addTrack(track));
    this.#peer.addTransceiver("video", { direction: "recvonly" });
    this.#peer.addTransceiver("audio", { direction: "recvonly" });
    const sessionUrl = await exchangeOffer(this.#peer, this.#url, {});
    this.#sessionUrl = sessionUrl;
    await waitConnected(this.#peer);
    const restart = () => restartIce(this.#peer, sessionUrl, {});
    this.#lifeline = new Lifeline(this.#peer, { restart, interrupted, lost });
  }

  /** @returns {Promise<PlayerNumbers>} */
  async numbers() {
    const numbers = this.#statistics.read(await this.#peer.getStats());
    if (this.#sessionUrl !== null) this.#playback.tell(this.#sessionUrl, numbers);
    return numbers;
  }

  /** What sizes there are to choose from, and which is sent. */
  async layers() {
    return this.#sessionUrl === null ? null : readLayers(this.#sessionUrl);
  }

  /** @param {string | null} encodingId null leaves it to the line */
  async chooseLayer(encodingId) {
    return this.#sessionUrl === null ? null : chooseLayer(this.#sessionUrl, encodingId);
  }

  async end() {
    this.#lifeline?.destroy();
    const sessionUrl = this.#sessionUrl;
    this.#sessionUrl = null;
    // The request first: closing the peer tells the server too, and then nothing is left to delete.
    if (sessionUrl) await deleteSession(sessionUrl, {});
    this.#peer.close();
  }

  /** Whether the server still has this session. */
  async exists() {
    return this.#sessionUrl !== null && (await fateOf(this.#sessionUrl)) === "there";
  }

  /** Close this side of a session that the server has ended. */
  close() {
    this.#lifeline?.destroy();
    this.#peer.close();
  }
}
