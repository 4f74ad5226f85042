// @ts-check
// One picture, sent in several sizes, so that each viewer's line gets the one that fits.

/**
 * Share of the picture's side and of its bitrate, smallest first: browsers give their own line to the
 * first ones first. A third of 720 lines is still a face; the smallest has to fit where little does.
 */
const THREE = [
  { rid: "q", scale: 3, share: 0.08 },
  { rid: "h", scale: 2, share: 0.25 },
  { rid: "f", scale: 1, share: 1 },
];
const TWO = [
  { rid: "h", scale: 2, share: 0.25 },
  { rid: "f", scale: 1, share: 1 },
];
/** A picture this small is for every line as it is. */
const SMALLEST_HEIGHT_TO_SPLIT = 480;
const HEIGHT_FOR_THREE = 720;

/**
 * @param {{ height: number, maxBitrateBps: number, motion: "motion" | "detail" }} picture
 * @returns {RTCRtpEncodingParameters[]}
 */
export function encodingsFor({ height, maxBitrateBps, motion }) {
  if (height < SMALLEST_HEIGHT_TO_SPLIT) return [{ maxBitrate: maxBitrateBps }];
  // Text cannot be read at a third of its size.
  const rungs = height >= HEIGHT_FOR_THREE && motion === "motion" ? THREE : TWO;
  return rungs.map(({ rid, scale, share }) => ({
    rid,
    scaleResolutionDownBy: scale,
    maxBitrate: Math.round(maxBitrateBps * share),
  }));
}
