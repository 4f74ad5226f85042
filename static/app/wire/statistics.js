// @ts-check
// Readings of getStats(): counters that only grow become rates between two readings.

/**
 * What a publisher wants to know about the last second.
 * @typedef {object} PublisherNumbers
 * @property {number} bitrateBps
 * @property {number} framesPerSecond
 * @property {number} width
 * @property {number} height
 * @property {number | null} roundTripMs
 * @property {number | null} lossPercent what the server reports missing
 * @property {number | null} availableBps what congestion control allows
 * @property {string | null} codec
 * @property {string | null} limitedBy "cpu" or "bandwidth" while the encoder holds back
 */

/**
 * @typedef {object} PlayerNumbers
 * @property {number} framesDecoded
 * @property {number} framesPerSecond
 * @property {number} bitrateBps
 * @property {number} packetsLost
 * @property {number} width
 * @property {number} height
 * @property {number | null} delayMs time in the jitter buffer
 * @property {number} freezes how often the picture has stood still; 0 where the browser does not count
 * @property {number} frozenMs
 */

/** The difference of a growing counter between two readings, per second. */
class Rate {
  #value = 0;
  #at = 0;

  /**
   * @param {number} value
   * @param {number} atMs
   */
  next(value, atMs) {
    const seconds = (atMs - this.#at) / 1000;
    const rate = this.#at && seconds > 0 ? Math.max(0, value - this.#value) / seconds : 0;
    this.#value = value;
    this.#at = atMs;
    return rate;
  }
}

export class PublisherStatistics {
  #bytes = new Rate();

  /**
   * @param {RTCStatsReport} report
   * @returns {PublisherNumbers}
   */
  read(report) {
    const all = entriesOf(report);
    const outbound = all.filter((entry) => entry.type === "outbound-rtp");
    const video = largestOf(outbound);
    const remote = all.find((e) => e.type === "remote-inbound-rtp" && e.localId === video?.id);
    const pair = selectedPair(all);
    const bytes = outbound.reduce((sum, entry) => sum + (entry.bytesSent ?? 0), 0);
    const roundTripS = pair?.currentRoundTripTime ?? remote?.roundTripTime;
    return {
      bitrateBps: this.#bytes.next(bytes, video?.timestamp ?? performance.now()) * 8,
      framesPerSecond: video?.framesPerSecond ?? 0,
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      roundTripMs: roundTripS === undefined ? null : roundTripS * 1000,
      lossPercent: remote?.fractionLost === undefined ? null : remote.fractionLost * 100,
      availableBps: pair?.availableOutgoingBitrate ?? null,
      codec: codecName(all, video?.codecId),
      limitedBy: limitOf(video),
    };
  }
}

export class PlayerStatistics {
  #bytes = new Rate();
  #frames = new Rate();
  #delay = { seconds: 0, count: 0 };

  /**
   * @param {RTCStatsReport} report
   * @returns {PlayerNumbers}
   */
  read(report) {
    const inbound = entriesOf(report).filter((entry) => entry.type === "inbound-rtp");
    const video = inbound.find((entry) => entry.kind === "video");
    const at = video?.timestamp ?? performance.now();
    const bytes = inbound.reduce((sum, entry) => sum + (entry.bytesReceived ?? 0), 0);
    const framesDecoded = video?.framesDecoded ?? 0;
    return {
      framesDecoded,
      framesPerSecond: this.#frames.next(framesDecoded, at),
      bitrateBps: this.#bytes.next(bytes, at) * 8,
      packetsLost: inbound.reduce((sum, entry) => sum + (entry.packetsLost ?? 0), 0),
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      delayMs: this.#delayOf(video),
      freezes: video?.freezeCount ?? 0,
      frozenMs: Math.round((video?.totalFreezesDuration ?? 0) * 1000),
    };
  }

  /** @param {any} video */
  #delayOf(video) {
    const seconds = video?.jitterBufferDelay ?? 0;
    const count = video?.jitterBufferEmittedCount ?? 0;
    const frames = count - this.#delay.count;
    const delayMs = frames > 0 ? ((seconds - this.#delay.seconds) / frames) * 1000 : null;
    this.#delay = { seconds, count };
    return delayMs;
  }
}

/**
 * TypeScript knows few of the members that browsers give; the W3C's webrtc-stats is their manual.
 * @param {RTCStatsReport} report
 * @returns {any[]}
 */
function entriesOf(report) {
  /** @type {any[]} */
  const entries = [];
  report.forEach((entry) => entries.push(entry));
  return entries;
}

/**
 * Of a simulcast the largest picture that is being sent: it is what most viewers see.
 * @param {any[]} outbound
 */
function largestOf(outbound) {
  const pictures = outbound.filter((entry) => entry.kind === "video");
  const sent = pictures.filter((entry) => entry.framesPerSecond > 0);
  return (sent.length ? sent : pictures).toSorted(
    (a, b) => (b.frameHeight ?? 0) - (a.frameHeight ?? 0),
  )[0];
}

/**
 * Several pairs may be nominated in turn; the transport names the one in use.
 * @param {any[]} all
 */
function selectedPair(all) {
  const transport = all.find((entry) => entry.type === "transport");
  return all.find((entry) => entry.id === transport?.selectedCandidatePairId);
}

/**
 * @param {any[]} all
 * @param {string | undefined} codecId
 */
function codecName(all, codecId) {
  const codec = all.find((entry) => entry.id === codecId);
  return codec ? (String(codec.mimeType).split("/")[1] ?? null) : null;
}

/** @param {any} video */
function limitOf(video) {
  const reason = video?.qualityLimitationReason;
  return reason === "cpu" || reason === "bandwidth" ? reason : null;
}
