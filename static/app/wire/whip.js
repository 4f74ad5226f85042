// @ts-check
// WHIP (RFC 9725), the sending side: one peer that publishes a MediaStream.

/** @import { PublisherNumbers } from "./statistics.js" */

import { restartIce } from "./ice-restart.js";
import { Lifeline } from "./lifeline.js";
import { deleteSession, exchangeOffer, fateOf, waitConnected } from "./peer.js";
import { encodingsFor } from "./simulcast.js";
import { PublisherStatistics } from "./statistics.js";

/** H264 first: it records and replays everywhere. The rest stays, for encoders without it. */
const CODEC_ORDER = ["video/H264", "video/VP8", "video/VP9", "video/AV1"];
const AUDIO_BITRATE_BPS = 128_000;

export class WhipSession {
  #peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  #statistics = new PublisherStatistics();
  #url;
  #proof;
  /** @type {string | null} */
  #sessionUrl = null;
  /** @type {Lifeline | null} */
  #lifeline = null;

  /**
   * @param {string} url
   * @param {Record<string, string>} proof headers that say who publishes: a stream key, or the CSRF
   *   token beside the cookie
   */
  constructor(url, proof) {
    this.#url = url;
    this.#proof = proof;
  }

  /**
   * Publish and resolve once media flows. Later `interrupted` tells of a line that is lost for now or
   * there again, and `lost` that the session is over.
   * @param {MediaStream} media
   * @param {{ height: number, maxBitrateBps: number, motion: "motion" | "detail", interrupted: (isInterrupted: boolean) => void, lost: (isClosedByServer: boolean) => void }} options
   */
  async publish(media, { height, maxBitrateBps, motion, interrupted, lost }) {
    for (const track of media.getTracks()) {
      const isVideo = track.kind === "video";
      if (isVideo) track.contentHint = motion;
      const transceiver = this.#peer.addTransceiver(track, {
        direction: "sendonly",
        streams: [media],
        sendEncodings: isVideo
          ? encodingsFor({ height, maxBitrateBps, motion })
          : [{ maxBitrate: AUDIO_BITRATE_BPS }],
      });
      if (isVideo) preferCodecs(transceiver);
    }
    const sessionUrl = await exchangeOffer(this.#peer, this.#url, this.#proof);
    this.#sessionUrl = sessionUrl;
    await waitConnected(this.#peer);
    await this.#keepResolution(motion);
    const restart = () => restartIce(this.#peer, sessionUrl, this.#proof);
    this.#lifeline = new Lifeline(this.#peer, { restart, interrupted, lost });
  }

  /**
   * Put another track in the place of the one being sent, without a new session.
   * @param {MediaStreamTrack} track
   */
  async replaceTrack(track) {
    const sender = this.#peer.getSenders().find((each) => each.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }

  /** @returns {Promise<PublisherNumbers>} */
  async numbers() {
    return this.#statistics.read(await this.#peer.getStats());
  }

  /**
   * End the session at the server too.
   * @param {{ returns: boolean }} how whether this picture comes back, so that a place is kept for it
   */
  async end({ returns }) {
    this.#lifeline?.destroy();
    const sessionUrl = this.#sessionUrl;
    this.#sessionUrl = null;
    // The request first: closing the peer tells the server too, and then nothing is left to delete.
    if (sessionUrl) await deleteSession(returns ? `${sessionUrl}?returns` : sessionUrl, this.#proof);
    this.#peer.close();
  }

  /** Whether the server still has this session. */
  async exists() {
    return this.#sessionUrl !== null && (await fateOf(this.#sessionUrl)) === "there";
  }

  /** Whether another page or device sends in this one's place. */
  async isTakenOver() {
    return this.#sessionUrl !== null && (await fateOf(this.#sessionUrl)) === "taken-over";
  }

  /** Close this side of a session that the server has ended. */
  close() {
    this.#lifeline?.destroy();
    this.#peer.close();
  }

  /**
   * Text on a shared screen must stay sharp; a face may lose pixels before it loses frames.
   * @param {"motion" | "detail"} motion
   */
  async #keepResolution(motion) {
    for (const sender of this.#peer.getSenders()) {
      if (sender.track?.kind !== "video") continue;
      const parameters = sender.getParameters();
      parameters.degradationPreference =
        motion === "detail" ? "maintain-resolution" : "maintain-framerate";
      await sender.setParameters(parameters);
    }
  }
}

/** @param {RTCRtpTransceiver} transceiver */
function preferCodecs(transceiver) {
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  /** @param {string} mimeType */
  const rank = (mimeType) => {
    const place = CODEC_ORDER.indexOf(mimeType);
    return place < 0 ? CODEC_ORDER.length : place;
  };
  transceiver.setCodecPreferences(codecs.toSorted((a, b) => rank(a.mimeType) - rank(b.mimeType)));
}
